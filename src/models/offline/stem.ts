/** Words and names: how the offline model tells that two of them are the same word. */

type Rule = readonly [RegExp, string];

const plurals: readonly Rule[] = [
  [/(?<=.{2})ies$/, 'y'],
  [/(?<=.{2}(?:s|x|z|ch|sh))es$/, ''],
  [/(?<=.{2}[^su])s$/, ''],
];

const nounEndings: readonly Rule[] = [
  [/(?<=.{3})(?:ization|isation)s?$/, 'i'],
  [/(?<=.{3})ations?$/, ''],
  [/(?<=.{3}t)ions?$/, ''],
  [/(?<=.{5})ments?$/, ''],
  ...plurals,
];

const verbEndings: readonly Rule[] = [
  [/(?<=.{2})ied$/, 'y'],
  [/(?<=.{3})(?:ed|ing)$/, ''],
  [/(?<=.{4})(?:ers?|ors?)$/, ''],
  [/(?<=.{5})(?:able|ible)$/, ''],
];

/** Irregular forms that questions about code often have. */
const irregular: ReadonlyMap<string, string> = new Map([
  ['bound', 'bind'],
  ['broken', 'break'],
  ['built', 'build'],
  ['caught', 'catch'],
  ['chosen', 'choose'],
  ['drawn', 'draw'],
  ['held', 'hold'],
  ['hidden', 'hide'],
  ['indices', 'index'],
  ['ran', 'run'],
  ['sent', 'send'],
  ['spent', 'spend'],
  ['thrown', 'throw'],
  ['written', 'write'],
  ['wrote', 'write'],
]);

function applyFirst(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([ending]) => ending.test(word));
  return rule ? word.replace(rule[0], rule[1]) : word;
}

/**
 * Cuts plural and verb endings off a lower-case English word, lightly: `executed`, `execution` and
 * `executor` become `execut`, `cells` becomes `cell`, `retries` becomes `retry`. What has other letters
 * than a to z stays as it is.
 */
export function stem(word: string): string {
  if (!/^[a-z]{4,}$/.test(word)) return word;
  let short = applyFirst(applyFirst(word, nounEndings), verbEndings);
  // `running` and `cancelled` leave a doubled consonant behind that the plain word does not have.
  if (short !== word && /(?:^..+([bdgkmnprt])\1|^....+ll)$/.test(short)) short = short.slice(0, -1);
  if (short.length > 3 && short.endsWith('e') && !short.endsWith('ee')) short = short.slice(0, -1);
  return finds(short, word) ? short : applyFirst(word, plurals);
}

/** Whether a stem is long enough to be looked for, and then finds the word it was cut from. */
function finds(stemmed: string, word: string): boolean {
  if (stemmed.length < 3) return false;
  return stemPattern(bothSpellings(stemmed)).test(word);
}

/**
 * The stem and its other spellings: where a final `y` turns into `i` (`retry` and `retri`), and the plain
 * verb of an irregular form (`send` and `sent`).
 */
export function stemForms(word: string): readonly string[] {
  const plain = irregular.get(word);
  const stems = [stem(word), ...(plain === undefined ? [] : [stem(plain)])];
  return stems.flatMap(bothSpellings);
}

function bothSpellings(stemmed: string): readonly string[] {
  return /[^aeiou]y$/.test(stemmed) ? [stemmed, `${stemmed.slice(0, -1)}i`] : [stemmed];
}

/**
 * From this many letters on, a stem finds every word that starts with it; a shorter one would find too
 * much (`log` in `logic`) and must be followed by one of `wordEndings`.
 */
export const freeStemLength = 5;

/** What may follow a short stem, after its last letter doubled or not (`logging`). */
export const wordEndings = '(?:e?s|e?d|e|e?rs?|ors?|ings?|ions?|able|y|ies|al|ment)';

/**
 * Finds stems where a word starts, or a part of a camelCase or snake_case name: `cell` in `runCell`,
 * `cells` and `CELL_LIMIT`, not in `cancelled`. Global: for counting.
 */
export function stemPattern(stems: readonly string[]): RegExp {
  return new RegExp(stems.flatMap(spellings).join('|'), 'gu');
}

function spellings(stemmed: string): readonly string[] {
  if (!/^[a-z]+$/.test(stemmed)) {
    // Not every script shows where a word starts, so we look anywhere, in any case.
    return [...stemmed].length > 0 ? [anyCase(stemmed)] : [];
  }
  const last = stemmed.slice(-1);
  const end = stemmed.length >= freeStemLength ? '' : `(?:${last}?${wordEndings})?(?![a-z])`;
  const capital = stemmed.slice(0, 1).toUpperCase() + stemmed.slice(1);
  return [`(?<![A-Za-z])${stemmed}${end}`, `${capital}${end}`, stemmed.toUpperCase()];
}

/** A regular expression for a text in upper or lower case, without flags. */
export function anyCase(text: string): string {
  return [...text]
    .map((letter) => {
      const lower = letter.toLowerCase();
      const upper = letter.toUpperCase();
      const plain = lower === upper || [...lower].length > 1 || [...upper].length > 1;
      return plain ? escapePattern(letter) : `[${lower}${upper}]`;
    })
    .join('');
}

/** Escapes what has a meaning in regular expressions of JavaScript, Python and Rust. */
function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
