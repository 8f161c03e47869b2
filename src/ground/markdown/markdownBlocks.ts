/** How a line stands in a Markdown text. */
export type LineKind =
  /** Between blocks. */
  | 'blank'
  /** Prose: headings, paragraphs, lists, tables, and indented code, which some readers take for prose. */
  | 'prose'
  /** Begins a code fence. */
  | 'fence-opens'
  /** Code, as it stands. */
  | 'code'
  | 'fence-closes';

/** A code fence that is open. */
export interface OpenFence {
  /** The marks that it was opened with. */
  readonly mark: string;
  /** What follows them: mostly the language. */
  readonly info: string;
  /** True when it is in a list item or a block quote, which may end before it does. */
  readonly nested: boolean;
}

type Container =
  | { readonly kind: 'quote' }
  /** @property offset columns that its lines are indented by. */
  | { readonly kind: 'item'; readonly offset: number; empty: boolean };

/**
 * Follows the blocks of a Markdown text line by line, as far as it takes to know what is in a code fence:
 * block quotes, list items and fences as CommonMark 0.31 has them ("Phase 1: block structure"). HTML blocks
 * are not known: no text has one that is followed here. Nothing is held but what is open.
 */
export class MarkdownBlocks {
  #stack: Container[] = [];
  #fence: OpenFence | null = null;
  /** Whether the last line was of a paragraph, which the next one may go on without its container's marks. */
  #inParagraph = false;
  #doubtful = false;
  /** Whether the last line may have ended a definition, which some readers take for the end of a paragraph. */
  #mayDefine = false;

  /** The fence that is open after the last line. */
  get fence(): OpenFence | null {
    return this.#fence;
  }

  /** False within a list item or block quote. */
  get isAtTop(): boolean {
    return this.#stack.length === 0;
  }

  /**
   * True where readers differ on which list items and quotes, and with them fences, have ended. From a line
   * at the margin after a blank one on they agree again.
   */
  get isDoubtful(): boolean {
    return this.#doubtful;
  }

  /** From here on readers are not to be trusted to agree. */
  doubt(): void {
    this.#doubtful = true;
  }

  /** One that goes on from here by itself. */
  copy(): MarkdownBlocks {
    const other = new MarkdownBlocks();
    other.#stack = this.#stack.map((one) => ({ ...one }));
    other.#fence = this.#fence;
    other.#inParagraph = this.#inParagraph;
    other.#doubtful = this.#doubtful;
    other.#mayDefine = this.#mayDefine;
    return other;
  }

  /** Takes the next line, without its end. */
  next(line: string): LineKind {
    const at = new Cursor(line);
    const matched = this.#match(at);
    const all = matched === this.#stack.length;
    if (this.#fence) {
      if (all) return this.#inFence(at, this.#fence);
      this.#fence = null;
    }
    return this.#open(at, matched);
  }

  /** How many of the open containers go on in this line. */
  #match(at: Cursor): number {
    for (const [index, container] of this.#stack.entries()) {
      const indent = at.indent;
      if (container.kind === 'quote') {
        if (at.character !== '>') return index;
        if (indent > 3) {
          this.#doubtful = true;
          return index;
        }
        this.#passQuote(at);
      } else if (at.isBlank) {
        if (container.empty) return index;
      } else if (indent >= container.offset) {
        at.pass(container.offset);
      } else {
        return index;
      }
    }
    return this.#stack.length;
  }

  /** A tab after the mark counts as one space and the rest of it, which not all readers do. */
  #passQuote(at: Cursor): void {
    if (at.passQuote()) this.#doubtful = true;
  }

  #inFence(at: Cursor, { mark }: OpenFence): LineKind {
    if (at.indent > 3) return 'code';
    const [, marks = ''] = closing.exec(at.rest) ?? [];
    if (!marks.startsWith(mark)) return 'code';
    this.#fence = null;
    this.#inParagraph = false;
    return 'fence-closes';
  }

  #open(at: Cursor, matched: number): LineKind {
    const wasParagraph = this.#inParagraph;
    if (this.#mayDefine && !at.isBlank) this.#doubtful = true;
    this.#mayDefine = false;
    const all = matched === this.#stack.length;
    /** A paragraph that this line would interrupt. */
    let interrupts = wasParagraph && all;
    const found: Container[] = [];
    for (;;) {
      const { indent, rest } = at;
      if (indent > 3) break;
      if (found.length > deepest) {
        this.#doubtful = true;
        break;
      }
      if (at.character === '>') {
        this.#passQuote(at);
        found.push({ kind: 'quote' });
        interrupts = false;
        continue;
      }
      const [, mark, info = ''] = opening.exec(rest) ?? [];
      if (mark !== undefined) {
        this.#enter(matched, found, at);
        this.#fence = { mark, info: info.trim(), nested: this.#stack.length > 0 };
        this.#inParagraph = false;
        return 'fence-opens';
      }
      if (heading.test(rest) || rule.test(rest) || (interrupts && underline.test(rest))) {
        this.#enter(matched, found, at);
        this.#inParagraph = false;
        return 'prose';
      }
      const item = itemOf(at, interrupts);
      if (!item) break;
      found.push(item);
      interrupts = false;
    }
    const { isBlank } = at;
    if (found.length === 0 && !all && wasParagraph && !isBlank) {
      // A paragraph goes on though what it is in does not.
      this.#doubtful = true;
      return 'prose';
    }
    const isCode = at.indent > 3 && !interrupts;
    this.#enter(matched, found, at);
    this.#inParagraph = !isBlank && !isCode;
    this.#mayDefine = this.#inParagraph && at.rest.includes(']:');
    return isBlank && found.length === 0 ? 'blank' : 'prose';
  }

  #enter(matched: number, found: readonly Container[], at: Cursor): void {
    this.#stack = [...this.#stack.slice(0, matched), ...found];
    if (at.isBlank) return;
    for (const container of this.#stack) if (container.kind === 'item') container.empty = false;
  }
}

/** Readers stop to follow lists and quotes in one another somewhere. */
const deepest = 20;

const opening = /^(`{3,}(?=[^`]*$)|~{3,})(.*)$/s;
const closing = /^(`{3,}|~{3,})[ \t]*$/;
const heading = /^#{1,6}(?:[ \t]|$)/;
const rule = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const underline = /^(?:=+|-+)[ \t]*$/;
const itemMark = /^(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/;

/** The list item that begins at the cursor, which then is behind its mark. */
function itemOf(at: Cursor, interrupts: boolean): Container | null {
  const { indent, rest } = at;
  const match = itemMark.exec(rest);
  if (!match) return null;
  const [mark, number] = match;
  const isEmpty = rest.slice(mark.length).trim() === '';
  if (interrupts && (isEmpty || (number !== undefined && Number(number) !== 1))) return null;
  at.pass(indent);
  at.skip(mark.length);
  const gap = at.indent;
  const room = isEmpty || gap > 4 ? 1 : gap;
  at.pass(Math.min(room, gap));
  return { kind: 'item', offset: indent + mark.length + room, empty: isEmpty };
}

/** A place in a line. Tabs reach to the next column that is a multiple of four, and may be passed in part. */
class Cursor {
  readonly #line: string;
  #at = 0;
  #column = 0;
  /** Columns of a tab that are left. */
  #left = 0;

  constructor(line: string) {
    this.#line = line;
  }

  /** Columns of white space from here on. */
  get indent(): number {
    let [column, at] = [this.#column + this.#left, this.#at];
    for (; ; at += 1) {
      const character = this.#line[at];
      if (character === ' ') column += 1;
      else if (character === '\t') column += 4 - (column % 4);
      else return column - this.#column;
    }
  }

  /** From the first character that is not white space on. */
  get rest(): string {
    return this.#line.slice(this.#textAt);
  }

  get character(): string {
    return this.#line.charAt(this.#textAt);
  }

  get isBlank(): boolean {
    return this.#textAt === this.#line.length;
  }

  /** Passes columns of white space. */
  pass(columns: number): void {
    let rest = columns;
    while (rest > 0) {
      if (this.#left === 0) {
        const character = this.#line[this.#at];
        if (character !== ' ' && character !== '\t') return;
        this.#left = character === ' ' ? 1 : 4 - (this.#column % 4);
        this.#at += 1;
      }
      const step = Math.min(rest, this.#left);
      this.#left -= step;
      this.#column += step;
      rest -= step;
    }
  }

  /** Passes characters that are not white space. */
  skip(characters: number): void {
    this.#at += characters;
    this.#column += characters;
  }

  /** Passes the mark of a block quote, and a space after it. @returns whether that is part of a tab. */
  passQuote(): boolean {
    this.pass(this.indent);
    this.skip(1);
    const isTab = this.#line[this.#at] === '\t';
    this.pass(Math.min(1, this.indent));
    return isTab;
  }

  get #textAt(): number {
    let at = this.#at;
    while (this.#line[at] === ' ' || this.#line[at] === '\t') at += 1;
    return at;
  }
}
