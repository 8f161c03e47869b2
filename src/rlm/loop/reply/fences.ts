import { endOfCode, stopAt } from './codeEnd';
import { type FenceKind, kindOfFence } from './fenceLabels';
import { ForwardSearch } from './forwardSearch';

/** A fence of any kind. */
export interface Fence {
  readonly kind: FenceKind;
  /** What is in it, as it stands there. */
  readonly body: string;
  /** True where each line begins with the mark of a block quote. */
  readonly quoted: boolean;
  /** False when the reply ends before the fence does. */
  readonly closed: boolean;
  /** Where the text goes on after it. */
  readonly end: number;
}

/** Farther from its mark than this, the rest of a line says nothing about a fence, in characters. */
const lineWindow = 500;

const labelledOpening = /^[ \t>]*(?:`{3,}|~{3,})[ \t]*(?:repl|python3?|py)\b[^`\n]*$/gim;

/** Reads the fences of a text, from its beginning to its end. */
export class FenceReader {
  readonly #text: string;
  readonly #newlines: ForwardSearch;
  readonly #openings: ForwardSearch;
  readonly #closings: Readonly<Record<string, ForwardSearch>>;

  constructor(text: string) {
    this.#text = text;
    this.#newlines = new ForwardSearch(text, /\n/g);
    this.#openings = new ForwardSearch(text, new RegExp(labelledOpening));
    this.#closings = {
      '`': new ForwardSearch(text, closingLine('`', 3)),
      '~': new ForwardSearch(text, closingLine('~', 3)),
      "'": new ForwardSearch(text, closingLine("'", 3)),
      '````': new ForwardSearch(text, closingLine('`', 4)),
      '~~~~': new ForwardSearch(text, closingLine('~', 4)),
    };
  }

  /**
   * Reads the fence whose mark is at `at`. Null when that opens none: it is a span within a line, or a closing
   * mark that was left over.
   * @param mark three or more of the same character: a backtick, a tilde or an apostrophe.
   */
  read(at: number, mark: string): Fence | null {
    const before = this.#text.slice(Math.max(0, at - lineWindow), at);
    const prefix = before.slice(before.lastIndexOf('\n') + 1);
    const lineEnd = this.#newlines.next(at)?.index ?? this.#text.length;
    const infoEnd = Math.min(lineEnd, at + mark.length + lineWindow);
    const info = this.#text.slice(at + mark.length, infoEnd);
    const within = info.indexOf(mark);
    if (within >= 0) return spanIn(info, within, prefix, mark, at + mark.length);
    const kind = kindOfFence(info);
    const start = kind === 'python' ? startOfCode(info, at + mark.length, lineEnd) : lineEnd + 1;
    if (start > this.#text.length) return null;
    const end = this.#end(start, mark, kind);
    // A mark before was left over from something else, and another fence begins here.
    const nested = kind === 'unknown' ? this.#openings.next(start) : null;
    if (nested && nested.index < end.at) return null;
    const body = this.#text.slice(start, end.at);
    return { kind, quoted: /^[ \t]*>/.test(prefix), body, closed: end.closed, end: end.next };
  }

  #end(start: number, mark: string, kind: FenceKind): FenceEnd {
    const text = this.#text;
    if (kind === 'python' && mark[0] !== "'") {
      const end = endOfCode(text, start, mark[0] === '~' ? tildes : backticks);
      if (end) return this.#afterCode(end.at, end.mark);
    }
    return (
      (kind === 'markdown' ? endOfNested(text, start, mark) : this.#endByLine(start, mark)) ?? {
        at: text.length,
        next: text.length,
        closed: false,
      }
    );
  }

  /** @param mark that was found; empty at the end of the text. */
  #afterCode(at: number, mark: string): FenceEnd {
    // Nothing comes after the end of a turn: what stands there is for the caller to see.
    if (!/^[`~]/.test(mark)) return { at, next: at, closed: mark !== '' };
    const rest = this.#text.slice(at + mark.length, at + mark.length + 80);
    const label = /^[ \t]*(\{[^}\n]*\}|[^\s`]+)[ \t]*(?:\r?\n|$)/.exec(rest)?.[1];
    // The model forgot to close this fence before it opened the next.
    const opensNext = label !== undefined && kindOfFence(label) === 'python';
    return { at, next: opensNext ? at : at + mark.length, closed: true };
  }

  /** The first line that has nothing but the mark, or what ends a turn after it. */
  #endByLine(start: number, mark: string): FenceEnd | null {
    const char = mark.charAt(0);
    const long = mark.length > 3 ? this.#closings[char.repeat(4)]?.next(start) : null;
    const found = long ?? this.#closings[char]?.next(start);
    if (!found) return null;
    return { at: found.index, next: found.index + found[0].length, closed: true };
  }
}

interface FenceEnd {
  readonly at: number;
  readonly next: number;
  readonly closed: boolean;
}

/** What can end code in a fence: the mark, wherever it is, as it is no Python; and the end of the turn. */
const backticks = stopAt('`{3,}', '`');
const tildes = stopAt('(?<=^[ \\t>]{0,40})~{3,}', '~');

function closingLine(char: string, least: number): RegExp {
  return new RegExp(`^[ \\t>]*${char}{${least},}(?=[ \\t]*\\r?(?:$|<))`, 'gm');
}

/** A fence on one line. */
function spanIn(
  info: string,
  within: number,
  prefix: string,
  mark: string,
  at: number,
): Fence | null {
  const inner = info.slice(0, within).trim();
  const end = at + within + mark.length;
  const label = /^\S*/.exec(inner)?.[0] ?? '';
  const code = inner.slice(label.length).trim();
  const common = { quoted: false, closed: true, end };
  if (code !== '' && kindOfFence(label) === 'python')
    return { ...common, kind: 'python', body: code };
  // On a line of its own it may be code; within a sentence it is a word of that.
  const alone = prefix.trim() === '' && info.slice(within + mark.length).trim() === '';
  return alone && inner !== '' ? { ...common, kind: 'unknown', body: inner } : null;
}

/** Code that stands on the line of the label belongs to it; a title or a path does not. */
function startOfCode(info: string, at: number, lineEnd: number): number {
  const label = /^[ \t]*(?:\{[^}]*\}|\S+)[ \t]*/.exec(info)?.[0] ?? '';
  return looksLikeCode.test(info.slice(label.length)) ? at + label.length : lineEnd + 1;
}

/** Begins a line of code. */
export const looksLikeCode =
  /^(?:(?:await )?[A-Za-z_][\w.]*(?:\(|\[[^\]\n]{0,80}\][ \t]*=)|(?:import|from|for|with|def|if|try:)\b|[A-Za-z_]\w*(?:, ?[A-Za-z_]\w*){0,8}[ \t]+[-+]?=[ \t]|@\w|#)/;

/** The end of Markdown, in which fences with a label open others. */
function endOfNested(text: string, start: number, mark: string): FenceEnd | null {
  const char = mark.charAt(0);
  const line = new RegExp(`^[ \\t>]*${char}{${mark.length},}[ \\t]*([^\`\\n]*)$`, 'gm');
  line.lastIndex = start;
  let depth = 1;
  for (let found = line.exec(text); found; found = line.exec(text)) {
    depth += found[1]?.trim() ? 1 : -1;
    if (depth === 0) return { at: found.index, next: found.index + found[0].length, closed: true };
  }
  return null;
}
