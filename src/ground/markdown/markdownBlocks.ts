/** What a line is in a Markdown text. */
export type LineKind =
  /** Between blocks. */
  | 'blank'
  /** Headings, paragraphs, lists, tables, and indented code, which some readers take for prose. */
  | 'prose'
  /** Opens a code fence. */
  | 'fence-opens'
  /** Inside a code fence. */
  | 'code'
  | 'fence-closes';

/** An open code fence. */
interface Fence {
  /** Its opening marks. */
  readonly mark: string;
  /** The text after them: usually the language. */
  readonly info: string;
  /** True inside a list item or a block quote, which may end before the fence does. */
  readonly nested: boolean;
}

type Container =
  | { readonly kind: 'quote' }
  /** @property offset columns by which its lines are indented. */
  | { readonly kind: 'item'; readonly offset: number; empty: boolean };

/**
 * Follows the blocks of a Markdown text line by line, far enough to know what is in a code fence: block
 * quotes, list items and fences as in CommonMark 0.31 ("Phase 1: block structure"). It does not know HTML
 * blocks: the texts it follows have none. It holds only what is open.
 */
export class MarkdownBlocks {
  #stack: Container[] = [];
  #fence: Fence | null = null;
  /** Whether the last line was in a paragraph, which the next line may continue without its container's marks. */
  #inParagraph = false;
  #doubtful = false;
  /** Whether the last line may have ended a definition, where some readers end the paragraph. */
  #mayDefine = false;

  /** The open fence after the last line; null when there is none. */
  get fence(): Fence | null {
    return this.#fence;
  }

  /**
   * True where readers disagree on which list items, quotes and fences have ended. They agree again from a
   * line at the margin after a blank line.
   */
  get isDoubtful(): boolean {
    return this.#doubtful;
  }

  /** From here on, readers may disagree. */
  doubt(): void {
    this.#doubtful = true;
  }

  /** An independent copy in the same state. */
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

  /** How many of the open containers this line continues. */
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

  /** A tab after the mark counts as one space and a rest. Not all readers do that. */
  #passQuote(at: Cursor): void {
    if (at.passQuote()) this.#doubtful = true;
  }

  #inFence(at: Cursor, { mark }: Fence): LineKind {
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
    /** Whether this line would interrupt a paragraph. */
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
      // The paragraph continues although its container does not.
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

/** Readers follow nested lists and quotes only to some depth. */
const deepest = 20;

const opening = /^(`{3,}(?=[^`]*$)|~{3,})(.*)$/s;
const closing = /^(`{3,}|~{3,})[ \t]*$/;
const heading = /^#{1,6}(?:[ \t]|$)/;
const rule = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const underline = /^(?:=+|-+)[ \t]*$/;
const itemMark = /^(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/;

/** The list item that begins at the cursor; moves the cursor behind its mark. */
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

/** A place in a line. A tab reaches to the next column that is a multiple of four, and may be passed in part. */
class Cursor {
  readonly #line: string;
  #at = 0;
  #column = 0;
  /** Columns of the current tab that are still to be passed. */
  #left = 0;

  constructor(line: string) {
    this.#line = line;
  }

  /** Columns of white space from here. */
  get indent(): number {
    let [column, at] = [this.#column + this.#left, this.#at];
    for (; ; at += 1) {
      const character = this.#line[at];
      if (character === ' ') column += 1;
      else if (character === '\t') column += 4 - (column % 4);
      else return column - this.#column;
    }
  }

  /** The line from the first character that is not white space. */
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
