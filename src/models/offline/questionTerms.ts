import { stemForms } from './stem';

/** A word or name of the question that is worth looking for. */
export interface Term {
  /** How it is shown to people. */
  readonly label: string;
  /**
   * `word` is found by any of its stems, in any form; `exact` (a name, a path, something quoted) only
   * as it stands, in upper or lower case.
   */
  readonly kind: 'word' | 'exact';
  /** Lower-case stems, the word's own first, then those of words that programmers use alike. */
  readonly stems: readonly string[];
  /** How much it says by itself: 1, or less for words that any code is full of. */
  readonly care: number;
}

/** What a question looks for. */
export interface QuestionTerms {
  readonly terms: readonly Term[];
  /** True when the question is about tests, so that those are not second to the source. */
  readonly aboutTests: boolean;
  /** True when the question is about documentation. */
  readonly aboutDocs: boolean;
}

/** More terms than this do not make a search better. */
const mostTerms = 8;

/** What a word counts for when any code is full of it. */
const weakCare = 0.4;

const stopWords = words(`
  a about above across actual actually after again against all also although always am among an and another any
  anybody anyone anything are around as at away back be became because become becomes been before behind being
  below best between both but by came can cannot come comes could decide decided decides determine determined
  determines did do does doing done down due during each either else end ends enough etc ever every everything
  exactly explain few find finds for found from further get gets getting give given gives go goes going gone got had
  happen happened happens has have having he her here him his how however i if in instead into is it its itself
  just keep keeps kept know known least less let lets like likely list live lives locate located location look
  looked looking looks made main mainly make makes making many may me mean means might more most much must my
  need needed needs neither never no nor not nothing now of off often on once one only onto or other others our out
  over own per perhaps place placed places please possible put puts quite rather really responsible same say says
  see seen shall she should show shown shows since so some somebody someone something somewhere still such sure
  take taken takes tell than that the their them then there these they this those through to together too took
  toward towards turn turned turns two under until up upon us use used uses using very want wanted wants was way ways
  we well were what whatever when whenever where wherever whether which while who whom whose why will with within
  without work worked working works would yet you your yours
  code codebase implement implementation implemented implementing implements defined define defines definition
  repo logic part parts responsible bit piece thing things stuff does doesn don isn aren won didn can't
`);

const weakWords = words(`
  add added adds app application apply applied call called calling calls case cases change changed changes check
  checked checks class classes code contain contains current data default different feature field file files first form
  function functions handle handled handler handles handling input item items kind kinds last line lines long
  method methods module modules name named names new number object objects output pass passed passes process
  processed program project read reading reads repository result results return returned returns right run running
  runs set sets setting source start started starts state step string system text time type types user users
  value values variable variables whole word words write written writes
`);

/** Groups of words with the same meaning to programmers. Only a few, none specific to a language or framework. */
const alike: readonly (readonly string[])[] = [
  ['delete', 'remove'],
  ['directory', 'directories', 'folder', 'dir'],
  ['config', 'configuration', 'configure'],
  ['argument', 'arg'],
  ['parameter', 'param'],
  ['environment', 'env'],
  ['temporary', 'temp', 'tmp'],
  ['authentication', 'authenticate', 'auth'],
  ['initialize', 'initialise', 'init'],
  ['database', 'db'],
  ['regex', 'regexp'],
  ['asynchronous', 'async'],
  ['synchronous', 'sync'],
  ['terminate', 'kill'],
  ['message', 'msg'],
  ['maximum', 'max'],
  ['timeout', 'deadline'],
  ['color', 'colour'],
];

/** Words that people say, with the words that code has for them. */
const paraphrases: readonly (readonly [RegExp, string])[] = [
  [/\btoo many requests\b/giu, 'rate limit 429'],
  [/\btoo long\b/giu, 'timeout'],
  [/\btoo (?:much|many|big|large|deep)\b/giu, 'limit'],
];

const inThisProject =
  /\b(?:in|of|inside|within|from)\s+(?:this|the|our|my)\s+(?:repo|repository|project|codebase|package|library|code|app|extension|source|context)\b/giu;

const quoted =
  /`([^`\n]+)`|"([^"\n]{2,80})"|“([^”\n]{2,80})”|(?<![\p{L}\p{N}])'([^'\n]{2,80})'(?![\p{L}\p{N}])/gu;

/** camelCase, PascalCase with two humps, snake_case, dotted.names, file names, paths, --flags and calls(). */
const identifier =
  /(?<![\p{L}\p{N}_])(?:--[a-z][\w-]+|[@\w$-]+(?:\/[\w.$-]+)+|[\w$-]+(?:\.[\w$]+)+|[\w$]*(?:_[\w$]+)+|[a-z$][\w$]*[A-Z][\w$]*|[A-Z][\w$]*[a-z][\w$]*[A-Z][\w$]*|[A-Z]{2,}[a-z][\w$]*|[\w$]+(?=\(\)))/gu;

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Splits a question into what to look for, most telling first as far as the words alone show it. */
export function questionTerms(question: string): QuestionTerms {
  const exact: string[] = [];
  let rest = paraphrases.reduce(
    (text, [said, called]) => text.replace(said, called),
    question.replace(inThisProject, ' '),
  );
  rest = rest.replace(quoted, (_, ...groups: unknown[]) => {
    const text = groups.slice(0, 4).find((group) => typeof group === 'string');
    if (typeof text === 'string') exact.push(text.trim().replace(/\(\)$/, ''));
    return ' ';
  });
  rest = rest.replace(identifier, (name) => {
    // "e.g." and "i.e." look like dotted names.
    if (/^(?:e\.g|i\.e)$/i.test(name)) return ' ';
    exact.push(name);
    return ' ';
  });
  const terms = [
    ...exact.filter((text) => text.length > 1).map(exactTerm),
    ...plainWords(rest).map(wordTerm),
  ];
  return {
    terms: distinct(terms).slice(0, mostTerms),
    aboutTests: /\b(?:tests?|tested|testing|specs?|fixtures?)\b/i.test(question),
    aboutDocs: /\b(?:docs?|documented|documentation|readme|changelog|guide)\b/i.test(question),
  };
}

/**
 * Wider terms for when those of the question are found nowhere: names in their parts (`runQuestion` as
 * run and question), and what is quoted word by word.
 */
export function widerTerms(question: string): QuestionTerms {
  const found = questionTerms(question);
  const terms = found.terms.flatMap((term) =>
    term.kind === 'exact' ? plainWords(nameParts(term.label).join(' ')).map(wordTerm) : [term],
  );
  return { ...found, terms: distinct(terms).slice(0, mostTerms) };
}

const wholes = words(`
  app application context document documents extension folder library module overview package program project
  purpose repository summarise summarize summary text tool
`);

/** True when a question is about the whole: it has no word that could tell one place from another. */
export function isOverview(question: string): boolean {
  const { terms } = questionTerms(question);
  return terms.every(({ label, kind }) => kind === 'word' && wholes.has(label));
}

/** The parts of a name, in lower case: `parseHTTPHeader_v2` is parse, http, header and v2. */
export function nameParts(name: string): readonly string[] {
  return name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase());
}

/** The term that a label stands for, as `questionTerms` made it. */
export function termOf(label: string): Term {
  return /^[\p{Ll}\p{Lo}\p{N}]+$/u.test(label) ? wordTerm(label) : exactTerm(label);
}

function exactTerm(text: string): Term {
  return { label: text, kind: 'exact', stems: [text.toLowerCase()], care: 1 };
}

function wordTerm(word: string): Term {
  const others = alike.find((group) => group.some((one) => sameStem(one, word))) ?? [];
  const stems = [...new Set([word, ...others].flatMap((one) => stemForms(one)))];
  // A stem that starts another one finds all that the longer one does.
  const needed = stems.filter(
    (one) => !stems.some((other) => other !== one && other.length > 4 && one.startsWith(other)),
  );
  return { label: word, kind: 'word', stems: needed, care: weakWords.has(word) ? weakCare : 1 };
}

function sameStem(one: string, other: string): boolean {
  return stemForms(one)[0] === stemForms(other)[0];
}

function plainWords(text: string): readonly string[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  return [...segmenter.segment(text.toLowerCase())]
    .filter((segment) => segment.isWordLike === true)
    .flatMap((segment) => segment.segment.replace(/['’]s$/, '').split(/[^\p{L}\p{N}\p{M}]+/u))
    .filter((word) => isTelling(word));
}

function isTelling(word: string): boolean {
  if (word === '' || stopWords.has(word)) return false;
  // One letter says something only in scripts where it is a word.
  return [...word].length > 1 || /\p{Script=Han}/u.test(word);
}

function distinct(terms: readonly Term[]): readonly Term[] {
  const seen = new Set<string>();
  return terms.filter((term) => {
    const key = term.stems[0] ?? term.label;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
