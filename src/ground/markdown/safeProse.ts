import { linkLength, looksLikeWeb, mayLink } from './markdownLinks';

/** What is known of the lines since the last blank one, which may form one paragraph. */
export interface ProseState {
  /** Lengths of backtick runs without a match in their line. A later line may have one. */
  readonly unpaired: Set<number>;
  /** Readers may disagree on what is in backticks, so nothing is taken for code. */
  isUnsure: boolean;
  /** There was a dollar sign. Some readers take text between two for a formula, backticks included. */
  hasDollar: boolean;
  /** Inside a table, where cells end before backticks do. */
  isTable: boolean;
  /** The line before would not be safe as the head of a table. */
  isUnsafeHead: boolean;
}

/** At the beginning of a paragraph. */
export function proseState(): ProseState {
  return {
    unpaired: new Set(),
    isUnsure: false,
    hasDollar: false,
    isTable: false,
    isUnsafeHead: false,
  };
}

/**
 * Makes a line of Markdown outside of code fences safe: it loads nothing and leads nowhere unseen. Only what
 * every reader takes for code stays as it is.
 * @param state of the paragraph before the line; updated with the line.
 */
export function safeProse(line: string, state: ProseState): string {
  const text = safeTable(line, state);
  state.isUnsafeHead = false;
  if (!special.test(text)) return text;
  return new ProseLine(text, state).safe();
}

const special = /[`<![\]\\$:/]|www\./i;
/** Characters that need a step of their own. */
const mark = /[\\`<![\]:/$]|[wW](?=ww\.)/gi;
const delimiterRow = /^([\s>]*)([|:-][\s|:-]*)$/;

/** Escapes the delimiter row below a head that would not be safe as the head of a table. */
function safeTable(line: string, state: ProseState): string {
  const match = line.includes('-') ? delimiterRow.exec(line) : null;
  if (!match) return line;
  if (state.isUnsafeHead) return `${match[1]}\\${match[2]}`;
  if (/[|:]/.test(line)) state.isTable = true;
  return line;
}

interface Bracket {
  /** It does not open a link: it is escaped, or belongs to a picture. */
  readonly isText: boolean;
  /** Where its label begins. */
  readonly from: number;
}

/** A piece of the text, and what replaces it. */
interface Replacement {
  readonly length: number;
  readonly by: string;
}

class ProseLine {
  readonly #text: string;
  readonly #state: ProseState;
  readonly #brackets: Bracket[] = [];
  #out = '';
  #at = 0;
  /** The end of the last address that was looked at. */
  #addressEnd = 0;

  constructor(text: string, state: ProseState) {
    this.#text = text;
    this.#state = state;
    if (text.includes('`') && hasRunOf(text, state.unpaired)) state.isUnsure = true;
  }

  safe(): string {
    const directive = /^[\s>]*(?=:{3,}\s*\{?\w)/.exec(this.#text)?.[0];
    if (directive !== undefined && drawnDirective.test(this.#text))
      this.#take({ length: directive.length, by: `${directive}\\` });
    while (this.#at < this.#text.length) {
      mark.lastIndex = this.#at;
      const next = mark.exec(this.#text)?.index ?? this.#text.length;
      if (next > this.#at) this.#take(this.#keep(next - this.#at));
      else this.#take(this.#step());
    }
    return this.#out;
  }

  #step(): Replacement {
    const character = this.#text.charAt(this.#at);
    switch (character) {
      case '\\':
        return this.#escape();
      case '`':
        return this.#backticks();
      case '<':
        return this.#angle();
      case '!':
        return this.#picture();
      case '[':
        this.#brackets.push({ isText: false, from: this.#at + 1 });
        return this.#keep(1);
      case ']':
        return this.#closeBracket();
      case ':':
        return this.#colon();
      case '/':
        return this.#slash();
      case '$':
        this.#state.hasDollar = true;
        return this.#keep(1);
      case 'w':
      case 'W':
        return this.#address(/^www\.\S*/i);
      default:
        return this.#keep(1);
    }
  }

  #escape(): Replacement {
    const command = activeCommand.exec(this.#rest);
    if (command) return { length: 1, by: '\\\\' };
    const next = this.#text.charAt(this.#at + 1);
    // For some readers a backslash does not escape it.
    if (next === '<' && tagStart.test(this.#rest.slice(1))) return { length: 2, by: '&lt;' };
    if (next === '[') this.#brackets.push({ isText: true, from: this.#at + 2 });
    return this.#keep(isPunctuation.test(next) ? 2 : 1);
  }

  #backticks(): Replacement {
    const length = runAt(this.#text, this.#at);
    const end = this.#state.isUnsure ? -1 : closingRun(this.#text, this.#at + length, length);
    if (end < 0) {
      this.#state.unpaired.add(length);
      return this.#keep(length);
    }
    const content = this.#text.slice(this.#at + length, end - length);
    const inFormula = this.#state.hasDollar && content.includes('$');
    const hasPipe = /(?<!\\)\|/.test(content);
    const isCut = hasPipe && (this.#state.isTable || /^[\s>]*\|/.test(this.#text));
    if (inFormula || isCut) {
      if (mayActAsProse.test(content)) {
        this.#state.isUnsure = true;
        return this.#keep(length);
      }
      if (inFormula) this.#state.isUnsure = true;
    } else if (hasPipe && mayActAsProse.test(content)) {
      this.#state.isUnsafeHead = true;
    }
    return this.#keep(end - this.#at);
  }

  #angle(): Replacement {
    const rest = this.#rest;
    if (!tagStart.test(rest)) return this.#keep(1);
    const address = autolink.exec(rest)?.[0];
    return address === undefined ? { length: 1, by: '&lt;' } : this.#keep(address.length);
  }

  #picture(): Replacement {
    if (this.#text.charAt(this.#at + 1) !== '[') return this.#keep(1);
    this.#brackets.push({ isText: true, from: this.#at + 2 });
    return { length: 2, by: '!\\[' };
  }

  #closeBracket(): Replacement {
    const bracket = this.#brackets.pop();
    const isShort = bracket !== undefined && this.#at - bracket.from <= longestLabel;
    const label = isShort ? this.#text.slice(bracket.from, this.#at) : null;
    switch (this.#text.charAt(this.#at + 1)) {
      case '(': {
        const resource = this.#text.slice(this.#at + 1, this.#at + longestResource);
        const length = bracket?.isText ? 0 : linkLength(resource, label);
        if (length === 0) return { length: 2, by: ']\\(' };
        if (resource.includes('://')) this.#seeAddress(/^\S*/.exec(resource)?.[0] ?? '');
        return this.#keep(1 + length);
      }
      case ':':
        return this.#defines(bracket, label) ? { length: 2, by: ']\\:' } : this.#keep(1);
      case '[':
        if (label !== null && !bracket?.isText && !looksLikeWeb(label)) return this.#keep(1);
        this.#brackets.push({ isText: true, from: this.#at + 2 });
        return { length: 2, by: ']\\[' };
      default:
        return this.#keep(1);
    }
  }

  /** Whether this is the label of a definition that may lead somewhere. */
  #defines(bracket: Bracket | undefined, label: string | null): boolean {
    const before = this.#text.slice(0, bracket ? bracket.from - 1 : 0);
    if (before.length <= longestMarks && !containers.test(before)) return false;
    const [, destination = '', more = ''] =
      /^\s*(\S*)(.*)$/.exec(this.#text.slice(this.#at + 2, this.#at + longestResource)) ?? [];
    if (destination === '' || destination.startsWith('<')) return true;
    const isText = more.trim() !== '' && !/^\s+["'(]/.test(more);
    if (isText) return false;
    // A footnote of one word, or of one citation in backticks.
    if (/^`[^`<]+`[.,;:]?$/.test(destination)) return false;
    return more.includes('://') || !mayLink(destination, label);
  }

  #colon(): Replacement {
    if (!this.#rest.startsWith('://')) return this.#keep(1);
    const before = this.#text.slice(Math.max(0, this.#at - 40), this.#at);
    if (openedScheme.test(before)) return { length: 2, by: ':\\/' };
    return /(?:https?|ftp)$/i.test(before) ? this.#address(/^:\/\/\S*/) : this.#keep(1);
  }

  #address(pattern: RegExp): Replacement {
    if (this.#at >= this.#addressEnd) this.#seeAddress(pattern.exec(this.#rest)?.[0] ?? '');
    return this.#keep(1);
  }

  /** GitHub's Markdown takes backticks in an address for a part of it. */
  #seeAddress(address: string): void {
    if (address.includes('`')) this.#state.isUnsure = true;
    this.#addressEnd = Math.max(this.#addressEnd, this.#at + address.length);
  }

  #slash(): Replacement {
    const before = this.#text.charAt(this.#at - 1);
    const isHost = linkedHost.test(this.#rest) && !/[:/]/.test(before);
    if (!isHost && !(/[\s([{"'>*_~|=,;]|^$/.test(before) && hostPath.test(this.#rest))) {
      return this.#keep(1);
    }
    return { length: 1, by: '/\\' };
  }

  get #rest(): string {
    return this.#text.slice(this.#at);
  }

  #take({ length, by }: Replacement): void {
    this.#out += by;
    this.#at += length;
  }

  #keep(length: number): Replacement {
    return { length, by: this.#text.slice(this.#at, this.#at + length) };
  }
}

/** How much is looked at: of a link's text, of its resource, and of a line's beginning. */
const longestLabel = 1_000;
const longestResource = 4_000;
const longestMarks = 200;

/** How a tag, comment, declaration, instruction or address in angle brackets begins. */
const tagStart = /^<[a-z/!?]/i;
const autolink = /^<https?:\/\/[\w\-.~:/?#@!$&'()*+,;=%]+>/i;
const isPunctuation = /^[!-/:-@[-`{-~]$/;
/** Commands of formulas that link, load or make HTML. */
const activeCommand = /^\\(?:href|url|includegraphics|html(?:Class|Id|Style|Data))(?![a-z])/i;
/** Schemes that editors and viewers turn into links by themselves. */
const openedScheme =
  /(?:file|ftp|smb|nfs|dav|vscode(?:-[\w-]+)?|code-oss|cursor|windsurf|ms-[\w-]+|javascript|vbscript|data|command)$/i;
/** A host without a scheme, which leads to another machine. */
const linkedHost = /^\/\/(?:[^\s/.]+(?:\.[^\s/.]+)+|localhost)/i;
const hostPath = /^\/\/[\w.-]+[/\\]/;
const containers = /^[\s>]*(?:(?:[-+*]|\d{1,9}[.)])\s+|>\s*)*$/;
const drawnDirective =
  /^[\s>]*:{3,}\s*\{?\s*(?:mermaid|image|figure|raw|include|iframe|html|embed)/i;
const mayActAsProse = /<[a-z/!?]|!\[|\]\(|\]:|:\/\/|\/\/\w|\\(?:href|url|include|html)/i;

function runAt(text: string, at: number): number {
  let end = at;
  while (text[end] === '`') end += 1;
  return end - at;
}

/** Where the next run of exactly `length` backticks ends; -1 when there is none. */
function closingRun(text: string, from: number, length: number): number {
  for (let at = text.indexOf('`', from); at >= 0; ) {
    const run = runAt(text, at);
    if (run === length) return at + run;
    at = text.indexOf('`', at + run);
  }
  return -1;
}

/** Whether the text has a backtick run of one of these lengths, with or without a backtick that is escaped. */
function hasRunOf(text: string, lengths: ReadonlySet<number>): boolean {
  if (lengths.size === 0) return false;
  return [...text.matchAll(/(\\?)(`+)/g)].some(
    ([, backslash, marks = '']) =>
      lengths.has(marks.length) || (backslash !== '' && lengths.has(marks.length - 1)),
  );
}
