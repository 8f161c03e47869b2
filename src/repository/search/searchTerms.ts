/** One thing to look for: a stem, and the words of the question that come down to it. */
export interface SearchTerm {
  /** Lower case; matches at the start of a word or of a part of an identifier. */
  readonly stem: string;
  /** Lower case, as in the question. */
  readonly word: string;
  /** Stems of the parts of an identifier: where it is found, they are too. */
  readonly parts: readonly string[];
}

/** Words of questions, not of code. */
const stopWords = new Set(
  (
    'a about all also an and any are as at be been being but by can could did do does doing done for from get ' +
    'give had has have how i if in into is it its let like made make makes many may me might most much must my ' +
    'no not of on one only or other our out over please shall she should show so some such tell than that the ' +
    'their them then there these they this those through to too under up us use used uses using very was we ' +
    'were what when where whether which while who whom whose why will with within would you your'
  ).split(' '),
);

/** Terms looked for at most; a longer text is no longer a search for words. */
const termLimit = 40;

/**
 * The terms of a question: its words without the little ones, identifiers both whole and in parts,
 * in a form that matches inflections ("executed" finds `execute` and `Executor`).
 */
export function searchTerms(text: string): readonly SearchTerm[] {
  const words = [...text.matchAll(/[\p{L}\p{N}\p{M}_]+/gu)]
    .flatMap(([token]) => wordsOf(token))
    .filter(({ word }) => isLongEnough(word));
  const telling = words.filter(({ word }) => !stopWords.has(word));
  const terms = new Map<string, SearchTerm>();
  for (const { word, parts } of telling.length > 0 ? telling : words) {
    const stem = stemOf(word);
    if (terms.has(stem) || terms.size >= termLimit) continue;
    terms.set(stem, { stem, word, parts: parts.map(stemOf) });
  }
  return [...terms.values()];
}

interface Word {
  readonly word: string;
  readonly parts: readonly string[];
}

/** An identifier whole, when it has several parts, and its parts. */
function wordsOf(token: string): readonly Word[] {
  const parts = partsOf(token);
  const words = parts.map((word) => ({ word, parts: [] }));
  return parts.length > 1 ? [{ word: token.toLowerCase(), parts }, ...words] : words;
}

/** The parts of an identifier in lower case: `runCell_2` is run, cell, 2. */
export function partsOf(token: string): readonly string[] {
  return token
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[_\s]+/)
    .filter((part) => part !== '');
}

function isLongEnough(word: string): boolean {
  // One character is a word in Chinese, not in Latin script.
  return [...word].length > 1 || /[^\0-\u02ff]/.test(word);
}

/** Suffixes of English inflection, longest first; what is left has at least four letters. */
const suffixes = [
  'ations',
  'ation',
  'ings',
  'ing',
  'ions',
  'ion',
  'ies',
  'ied',
  'ors',
  'ers',
  'or',
  'er',
  'ed',
  'es',
  's',
  'e',
  'y',
];

function stemOf(word: string): string {
  // The last letter of "class", "status" and "this" is no plural.
  if (!/^[a-z]+$/.test(word) || /[sui]s$/.test(word)) return word;
  for (const suffix of suffixes) {
    const stem = word.slice(0, -suffix.length);
    if (!word.endsWith(suffix) || stem.length < (suffix === 's' ? 3 : 4)) continue;
    // "running" is about "run"; "calling" is about "call".
    const doubled = suffix !== 's' && /([bdfgmnprt])\1$/.test(stem);
    return doubled ? stem.slice(0, -1) : stem;
  }
  return word;
}
