import { withoutHidden } from '../drawable';
import { isDrawn, mayAct } from './liveFences';
import { type LineKind, MarkdownBlocks } from './markdownBlocks';
import { type ProseState, proseState, safeProse } from './safeProse';

/**
 * Makes a Markdown text safe for any renderer: it loads nothing, runs nothing and leads nowhere unseen.
 * Pictures, HTML, and links to anything but the web and the repository become text that shows what was
 * written. Code and safe text stay as they are.
 */
export function safeMarkdown(text: string): string {
  const safe = new SafeMarkdown();
  return safe.push(text) + safe.flush();
}

/** A drawn fence, held until its whole text is known. */
interface HeldFence {
  readonly info: string;
  readonly opening: string;
  text: string;
}

/** The state at a place in the text. */
interface Position {
  readonly blocks: MarkdownBlocks;
  readonly prose: ProseState;
  /** Inside a formula of several lines. Not all readers know those. */
  readonly inFormula: boolean;
  readonly afterBlank: boolean;
  readonly isFirst: boolean;
}

/** The last line, if it was written before its end was known. */
interface Unended {
  readonly line: string;
  readonly written: string;
  readonly before: Position;
}

/** The longest drawn fence that is held back, in UTF-16 units. A longer one becomes plain text. */
const mostHeld = 128 * 1024;

/**
 * Makes a Markdown text safe that comes in pieces. It holds back what the next piece may still change: the
 * end of a line with marks in it, and diagrams. The result is the same however the text was cut.
 */
export class SafeMarkdown {
  #blocks = new MarkdownBlocks();
  #prose = proseState();
  #inFormula = false;
  #afterBlank = true;
  #isFirst: boolean;
  #held: HeldFence | null = null;
  /** The line whose end has not come yet, and how much of it is written. */
  #line = '';
  #written = 0;
  #unended: Unended | null = null;

  /**
   * @param after what precedes the text: nothing; an empty line, with anything before it but an open fence;
   * or an unknown text that this one continues.
   */
  constructor(after: 'nothing' | 'gap' | 'text' = 'nothing') {
    this.#isFirst = after === 'nothing';
    if (after === 'nothing') return;
    this.#blocks.doubt();
    if (after === 'gap') return;
    this.#prose.isUnsure = true;
    this.#afterBlank = false;
  }

  /** An independent copy in the same state. */
  copy(): SafeMarkdown {
    const other = new SafeMarkdown();
    other.#restore(this.#position());
    other.#held = this.#held && { ...this.#held };
    other.#line = this.#line;
    other.#written = this.#written;
    other.#unended = this.#unended;
    return other;
  }

  /** Takes the next piece. @returns what can be written now. */
  push(text: string): string {
    if (text === '') return '';
    const unended = this.#unended;
    this.#unended = null;
    if (unended) return this.#goOn(unended, text);
    this.#line += text;
    return this.#wholeLines() + this.#beginning();
  }

  /** Call when no more comes for now. @returns what was held back. */
  flush(): string {
    const line = this.#line;
    if (line === '') return this.#release();
    const before = this.#position();
    const hadHeld = this.#held !== null;
    const [content, end] = line.endsWith('\r') ? [line.slice(0, -1), '\r'] : [line, ''];
    const written = this.#process(content, end) + this.#release();
    const rest = written.slice(this.#written);
    this.#line = '';
    this.#written = 0;
    if (!hadHeld && end === '') this.#unended = { line, written, before };
    return rest;
  }

  #goOn({ line, written, before }: Unended, text: string): string {
    const after = this.#position();
    const end = /[\r\n]/.exec(text)?.index ?? text.length;
    this.#restore(before);
    const whole = this.#process(line + text.slice(0, end), '');
    const isHeld = this.#held !== null;
    this.#held = null;
    if (!isHeld && whole.startsWith(written)) {
      this.#restore(before);
      this.#line = line + text;
      this.#written = written.length;
      return this.#wholeLines() + this.#beginning();
    }
    // The whole line would read differently from the part already written, so the rest begins a new line.
    this.#restore(after);
    this.#line = text;
    return `\n${this.#wholeLines()}${this.#beginning()}`;
  }

  #position(): Position {
    return {
      blocks: this.#blocks.copy(),
      prose: { ...this.#prose, unpaired: new Set(this.#prose.unpaired) },
      inFormula: this.#inFormula,
      afterBlank: this.#afterBlank,
      isFirst: this.#isFirst,
    };
  }

  #restore({ blocks, prose, inFormula, afterBlank, isFirst }: Position): void {
    this.#blocks = blocks.copy();
    this.#prose = { ...prose, unpaired: new Set(prose.unpaired) };
    this.#inFormula = inFormula;
    this.#afterBlank = afterBlank;
    this.#isFirst = isFirst;
  }

  #wholeLines(): string {
    const text = this.#line;
    let safe = '';
    let from = 0;
    for (const { index, 0: end } of text.matchAll(lineEnd)) {
      safe += this.#process(text.slice(from, index), end).slice(this.#written);
      this.#written = 0;
      from = index + end.length;
    }
    this.#line = text.slice(from);
    return safe;
  }

  /** As much of the unended line as later text cannot change. */
  #beginning(): string {
    if (this.#held) return '';
    const line = this.#line;
    const { fence } = this.#blocks;
    const plain = fence === null ? plainProse : fence.nested ? null : plainCode;
    const length = plain?.exec(line)?.[0].length ?? 0;
    if (length <= this.#written) return '';
    const beginning = line.slice(this.#written, length);
    this.#written = length;
    return beginning;
  }

  /** Makes one line safe. */
  #process(raw: string, end: string): string {
    const line = this.#withoutFrontMatter(withoutHidden(raw));
    this.#isFirst &&= line.trim() === '';
    const { kind, text } = this.#place(line);
    const released = kind === 'code' || kind === 'fence-closes' ? '' : this.#release();
    this.#afterBlank = kind === 'blank' || (this.#afterBlank && kind === 'code');
    switch (kind) {
      case 'blank':
        this.#prose = proseState();
        return released + text + end;
      case 'fence-opens':
        return released + this.#openFence(text + end);
      case 'code':
        return this.#hold(text + end);
      case 'fence-closes':
        this.#prose = proseState();
        this.#afterBlank = true;
        return this.#hold(text + end) + this.#release();
      case 'prose':
        return released + this.#proseLine(text) + end;
    }
  }

  /** What a line is. A fence that readers may disagree on is escaped. */
  #place(line: string): { readonly kind: LineKind; readonly text: string } {
    const atMargin = this.#afterBlank && marginText.test(line);
    if (this.#blocks.isDoubtful && atMargin) this.#blocks = new MarkdownBlocks();
    if (!line.includes('```') && !line.includes('~~~'))
      return { kind: this.#blocks.next(line), text: line };
    const before = this.#blocks.copy();
    const kind = before.isDoubtful ? 'prose' : this.#blocks.next(line);
    const isNew = kind !== 'code' && kind !== 'fence-closes';
    // Some readers take a fence line with a pipe for the head of a table.
    const opens = kind === 'fence-opens';
    const isUnclear = this.#blocks.isDoubtful || (opens && (this.#inFormula || line.includes('|')));
    if (!isNew || !isUnclear) return { kind, text: line };
    this.#blocks = before;
    const text = line.replace(fenceMarks, '$1\\$2');
    this.#blocks.next(text);
    this.#blocks.doubt();
    return { kind: 'prose', text };
  }

  #proseLine(line: string): string {
    const isUnclear = this.#blocks.isDoubtful || this.#inFormula;
    if (isUnclear) this.#prose.isUnsure = true;
    const content = line.replace(containerMarks, '');
    if (this.#inFormula) this.#inFormula = !content.includes('$$');
    else if (content.startsWith('$$')) this.#inFormula = !content.includes('$$', 2);
    return safeProse(line, this.#prose);
  }

  #openFence(line: string): string {
    this.#prose = proseState();
    const info = this.#blocks.fence?.info ?? '';
    if (!isDrawn(info)) return line;
    this.#held = { info, opening: line, text: '' };
    return '';
  }

  #hold(line: string): string {
    if (!this.#held) return line;
    this.#held.text += line;
    return this.#held.text.length > mostHeld ? this.#release() : '';
  }

  /** The held fence; as plain text if drawing it may do more than show something. */
  #release(): string {
    if (!this.#held) return '';
    const { info, opening, text } = this.#held;
    this.#held = null;
    const isPlain = text.length > mostHeld || mayAct(info, text);
    const first = isPlain ? opening.replace(/([`~]{3,})[^`~\r\n]*(?=[\r\n]*$)/, '$1text') : opening;
    return first + text;
  }

  /** At the very beginning, viewers would take a rule for the start of settings. */
  #withoutFrontMatter(line: string): string {
    return this.#isFirst && /^-{3,}[ \t]*$/.test(line) ? '***' : line;
  }
}

const lineEnd = /\r\n|\n|\r(?!$)/g;
/** Such a line after a blank one ends all lists and quotes for every reader. */
const marginText = /^(?![-+*](?:\s|$)|>|\d{1,9}[.)](?:\s|$)|\s|$)/;
const containerMarks = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*/;
const fenceMarks = /^((?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*)([`~]{3})/;
const plainProse = /^\d*\p{L}[\p{L}\p{M}\p{N} ,.;()'"?%+*_-]*/u;
const plainCode = /^ {0,3}[^\s`~\p{C}][\p{L}\p{M}\p{N}\p{P}\p{S} \t]*/u;
