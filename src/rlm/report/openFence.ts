/** How much of a line is looked at; a fence needs no more. */
const lineReach = 1024;

/** An open fence: what closes it. */
interface Fence {
  /** Spaces before it, as in a list item. */
  readonly indent: number;
  readonly mark: string;
}

/**
 * Follows a Markdown text that comes in pieces, and knows whether a code fence is open at its end. An open fence would
 * swallow everything after the text.
 */
export class OpenFence {
  #open: Fence | null = null;
  /** The beginning of the last line. */
  #line = '';

  /** Takes the next piece, in UTF-8. */
  feed(bytes: Buffer): void {
    const lineEnd = bytes.lastIndexOf(0x0a);
    // The usual case: without a fence only the last line matters.
    if (!mayHaveFence(this.#line, bytes)) {
      const rest = bytes.toString('latin1', lineEnd + 1, lineEnd + 1 + lineReach);
      this.#line = (lineEnd < 0 ? this.#line + rest : rest).slice(0, lineReach);
      return;
    }
    const text = this.#line + bytes.toString('latin1');
    const whole = text.lastIndexOf('\n') + 1;
    for (const [line] of text.slice(0, whole).matchAll(linesWithMarks)) this.#pass(line);
    this.#line = text.slice(whole, whole + lineReach);
  }

  /** The text that closes the open fence; null when there is none. Afterwards no fence is open. */
  close(): Buffer | null {
    this.#pass(this.#line);
    const open = this.#open;
    const lead = this.#line === '' ? '' : '\n';
    this.#open = null;
    this.#line = '';
    return open && Buffer.from(`${lead}${' '.repeat(open.indent)}${open.mark}\n`);
  }

  #pass(line: string): void {
    const [, lead = '', mark = '', rest = ''] = fenceLine.exec(line) ?? [];
    if (mark === '') return;
    if (this.#open === null) {
      // Backticks after backticks are a code span.
      if (mark.startsWith('~') || !rest.includes('`')) this.#open = { indent: lead.length, mark };
    } else if (mark.startsWith(this.#open.mark) && rest.trim() === '') {
      this.#open = null;
    }
  }
}

const linesWithMarks = /^[^\n]*(?:```|~~~)[^\n]*$/gm;
/** Fences in list items may begin on the item's own line. */
const fenceLine = /^((?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)*[ \t]*)(`{3,}|~{3,})([^\r\n]*)/;

function mayHaveFence(line: string, bytes: Buffer): boolean {
  if (/```|~~~/.test(line) || bytes.includes('```') || bytes.includes('~~~')) return true;
  // A mark may be split between two pieces.
  return /[`~]$/.test(line) && (bytes[0] === 0x60 || bytes[0] === 0x7e);
}
