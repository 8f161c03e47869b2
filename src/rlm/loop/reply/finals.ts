import { literal } from './callCode';
import { afterString, endOfTurn, matchAt } from './codeEnd';

/** `FINAL(...)` or `FINAL_VAR(...)`, as the paper's prompt has them, and what may be meant by it. */
export interface FinalCall {
  /** As code. */
  readonly code: string;
  /** The same where its bracket closes elsewhere, if strings are not seen as such. */
  readonly other: string | null;
  /** What runs where no reading is code whose names exist. */
  readonly otherwise: string;
  /** False when the text ends before its bracket closes. */
  readonly closed: boolean;
  readonly end: number;
}

/** Begins a submission in text: it stands at the beginning of a line, but for marks of Markdown or a label. */
export const finalSource =
  '^(?:[ \\t>*_`#-]{0,20}|[ \\t]{0,20}(?:\\*\\*)?(?:The )?(?:[Ff]inal )?[Aa]nswer(?: is)?:?(?:\\*\\*)?:?[ \\t*_`]{0,20})(?<final>FINAL(?:_VAR)?)[ \\t]?\\(';

/** What may stand behind a submission on its line. */
const nothing = new RegExp(`[ \\t.;*_\`]{0,20}(?:\\r?\\n|$|${endOfTurn.source}|\`{3})`, 'y');

/**
 * Reads a submission. What is in its brackets is Python, or prose that nobody put in quotes: that is for the
 * kernel to say. Null where it is only spoken of, as more text follows on its line.
 * @param open where its bracket is.
 */
export function readFinal(text: string, name: string, open: number): FinalCall | null {
  const byCode = endByCode(text, open);
  const byText = endByText(text, open);
  const ends = [...new Set([byCode, byText])].filter((end) => end >= 0);
  const good = ends.filter((end) => matchAt(nothing, text, end) !== null);
  if (good.length === 0 && ends.length > 0) return null;
  const closed = good.length > 0;
  const end = good[0] ?? endOfUnclosed(text, open);
  const inners = closed
    ? good.map((one) => bare(text.slice(open + 1, one - 1)))
    : [text.slice(open + 1, end).trimEnd()];
  const [code = `${name}()`, other = null] = inners.map((inner) => `${name}(${inner})`);
  // Prose is what the brackets say, whatever its quotes.
  return {
    code,
    other,
    otherwise: meant(name, inners.at(-1) ?? ''),
    closed,
    end: Math.max(end, ...good),
  };
}

/** A name in the marks that Markdown has for code is that name. */
function bare(inner: string): string {
  return inner.replace(/^\s*`([A-Za-z_]\w*)`\s*$/, '$1');
}

/** Where the bracket closes if that is Python: brackets in strings don't count. Negative when it does not. */
function endByCode(text: string, open: number): number {
  let depth = 0;
  const next = /["'()[\]{}]/g;
  next.lastIndex = open;
  for (let found = next.exec(text); found; found = next.exec(text)) {
    const at = found.index;
    const char = found[0];
    if (char === '"' || char === "'") {
      next.lastIndex = afterString(text, at, char);
      if (next.lastIndex < 0) return -1;
      continue;
    }
    depth += '([{'.includes(char) ? 1 : -1;
    if (depth === 0) return at + 1;
  }
  return -1;
}

function endByText(text: string, open: number): number {
  let depth = 0;
  const next = /[()]/g;
  next.lastIndex = open;
  for (let found = next.exec(text); found; found = next.exec(text)) {
    depth += found[0] === '(' ? 1 : -1;
    if (depth === 0) return found.index + 1;
  }
  return -1;
}

/** The bracket is missing, or one of those within it: the last that ends a line is as good as it gets. */
function endOfUnclosed(text: string, open: number): number {
  const turnEnd = new RegExp(endOfTurn.source, 'g');
  turnEnd.lastIndex = open;
  return turnEnd.exec(text)?.index ?? text.length;
}

/** What runs where the brackets hold no code that can run as it is. */
function meant(name: string, inner: string): string {
  const said = inner.trim();
  const isProse =
    name === 'FINAL_VAR' ? /^\S+\s+\S/.test(said) && !/["'[({]/.test(said) : readsAsProse(said);
  return isProse ? `FINAL(${literal(withoutQuotes(said))})` : `${name}(${inner})`;
}

/**
 * Prose, as opposed to an expression with an error in it: of that the model has to hear. A single name in small
 * letters is taken to be a variable that does not exist.
 */
export function readsAsProse(inner: string): boolean {
  const said = inner.trim();
  if (said === '' || /^(?:[rbuRBU]?[fF][rR]?|[rR][fF])["']/.test(said)) return false;
  if (/^["'“‘]/.test(said)) return !/^(["'])(?:\\.|(?!\1)[^\\\n])*\1\s*[[.+%*]/.test(said);
  if (/^(?:yes|no|none|unknown|true|false)$/i.test(said)) return true;
  if (/^[a-z_]\w*(?:\.\w+)*$/.test(said) || /^[A-Z][A-Z\d]*_[A-Z\d_]*$/.test(said)) return false;
  // A call, a subscript, a list or a dict.
  return (
    !/^[\w.]+[[(]|^[[{(]/.test(said) ||
    / \w+ \w+ /.test(said.replace(/[[({][^\])}]{0,200}[\])}]/g, ''))
  );
}

const quotes = ['"""', "'''", '```', '"', "'", '`'] as const;

function withoutQuotes(said: string): string {
  const quote = quotes.find((one) => said.startsWith(one));
  if (quote === undefined) return said.replace(/^[“‘](.*)[”’]$/s, '$1');
  const inner = said.slice(quote.length);
  return (inner.endsWith(quote) ? inner.slice(0, -quote.length) : inner).trim();
}

const submission = /^[ \t]*(FINAL(?:_VAR)?)\(/gm;

/**
 * The same in code: what a cell means that submits prose without quotes, or null when it submits none. A cell
 * that submits code is its own.
 */
export function withProseInQuotes(code: string): string | null {
  const found = [...code.matchAll(submission)].at(-1);
  if (!found) return null;
  const open = found.index + found[0].length - 1;
  const close = code.trimEnd().replace(/;$/, '').lastIndexOf(')');
  const inner = close > open ? code.slice(open + 1, close) : code.slice(open + 1).trimEnd();
  if (close > open && code.slice(close + 1).replace(/[\s;.]/g, '') !== '') return null;
  if (!readsAsProse(inner)) return null;
  const indent = /^[ \t]*/.exec(found[0])?.[0] ?? '';
  return `${code.slice(0, found.index)}${indent}${meant(found[1] ?? 'FINAL', inner)}\n`;
}
