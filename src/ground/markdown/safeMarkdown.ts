import { withoutHidden } from '../drawable';
import { isDrawn, mayAct } from './liveFences';
import { type LineKind, MarkdownBlocks } from './markdownBlocks';
import { type ProseState, proseState, safeProse } from './safeProse';

/**
 * A Markdown text that loads nothing, runs nothing and leads nowhere unseen, whoever renders it. Pictures,
 * HTML and links to anything but the web and the repository become text that shows what was written; code
 * stays as it is. Safe text comes back as it is.
 */
export function safeMarkdown(text: string): string {
  const safe = new SafeMarkdown();
  return safe.push(text) + safe.flush();
}

/** A drawn fence that is held until it is known what is in it. */
interface HeldFence {
  readonly info: string;
  readonly opening: string;
  text: string;
}

/** What is known at a place in the text. */
interface State {
  readonly blocks: MarkdownBlocks;
  readonly prose: ProseState;
  /** In a formula of several lines, which not all readers know. */
  readonly inFormula: boolean;
  readonly afterBlank: boolean;
  readonly isFirst: boolean;
}

/** The last line, where it was written before it had an end. */
interface Unended {
  readonly line: string;
  readonly written: string;
  readonly before: State;
}

/** More of a drawn fence than this is not held back: it is not drawn then, in UTF-16 units. */
const mostHeld = 128 * 1024;

/**
 * Makes a Markdown text safe that comes in pieces. What can still turn out to be something else is held
 * back: the end of a line with marks in it, and diagrams. The whole is the same however it was cut.
 */
export class SafeMarkdown {
  #blocks = new MarkdownBlocks();
  #prose = proseState();
  #inFormula = false;
  #afterBlank = true;
  #isFirst: boolean;
  #held: HeldFence | null = null;
  /** The line that has no end yet, and how much of it is written. */
  #line = '';
  #written = 0;
  #unended: Unended | null = null;

  /**
   * @param after what the text stands after: nothing; an empty line, before which there may be anything but
   * an open fence; or a text that it goes on with and that nothing is known of.
   */
  constructor(after: 'nothing' | 'gap' | 'text' = 'nothing') {
    this.#isFirst = after === 'nothing';
    if (after === 'nothing') return;
    this.#blocks.doubt();
    if (after === 'gap') return;
    this.#prose.isUnsure = true;
    this.#afterBlank = false;
  }

  /** One that goes on from here by itself. */
  copy(): SafeMarkdown {
    const other = new SafeMarkdown();
    other.#restore(this.#state());
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

  /** Nothing comes for now. @returns what was held back. */
  flush(): string {
    const line = this.#line;
    if (line === '') return this.#release();
    const before = this.#state();
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
    const after = this.#state();
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
    // Together the line is another one than what is written of it: this begins a new one.
    this.#restore(after);
    this.#line = text;
    return `\n${this.#wholeLines()}${this.#beginning()}`;
  }

  #state(): State {
    return {
      blocks: this.#blocks.copy(),
      prose: { ...this.#prose, unpaired: new Set(this.#prose.unpaired) },
      inFormula: this.#inFormula,
      afterBlank: this.#afterBlank,
      isFirst: this.#isFirst,
    };
  }

  #restore({ blocks, prose, inFormula, afterBlank, isFirst }: State): void {
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

  /** As much of the line that has no end as nothing can change any more. */
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

  /** One line. */
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

  /** How a line stands. A fence that readers may not agree on becomes none. */
  #place(line: string): { readonly kind: LineKind; readonly text: string } {
    const atMargin = this.#afterBlank && marginText.test(line);
    if (this.#blocks.isDoubtful && atMargin) this.#blocks = new MarkdownBlocks();
    if (!line.includes('```') && !line.includes('~~~'))
      return { kind: this.#blocks.next(line), text: line };
    const before = this.#blocks.copy();
    const kind = before.isDoubtful ? 'prose' : this.#blocks.next(line);
    const isNew = kind !== 'code' && kind !== 'fence-closes';
    // Some take one with a pipe for the head of a table, others for a fence.
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

  /** The drawn fence that was held, as one with plain text where it may do more than show. */
  #release(): string {
    if (!this.#held) return '';
    const { info, opening, text } = this.#held;
    this.#held = null;
    const isPlain = text.length > mostHeld || mayAct(info, text);
    const first = isPlain ? opening.replace(/([`~]{3,})[^`~\r\n]*(?=[\r\n]*$)/, '$1text') : opening;
    return first + text;
  }

  /** A rule at the very beginning would begin what viewers read as settings. */
  #withoutFrontMatter(line: string): string {
    return this.#isFirst && /^-{3,}[ \t]*$/.test(line) ? '***' : line;
  }
}

const lineEnd = /\r\n|\n|\r(?!$)/g;
/** A line of it ends all lists and quotes, for any reader, when it is after a blank line. */
const marginText = /^(?![-+*](?:\s|$)|>|\d{1,9}[.)](?:\s|$)|\s|$)/;
const containerMarks = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*/;
const fenceMarks = /^((?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*)([`~]{3})/;
const plainProse = /^\d*\p{L}[\p{L}\p{M}\p{N} ,.;()'"?%+*_-]*/u;
const plainCode = /^ {0,3}[^\s`~\p{C}][\p{L}\p{M}\p{N}\p{P}\p{S} \t]*/u;
