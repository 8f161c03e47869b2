/** Where code ends, and how. */
export interface CodeEnd {
  readonly at: number;
  /** What ends it; empty at the end of the text. */
  readonly mark: string;
}

/**
 * Words of chat templates that end a turn. Servers that don't know them as such leave them in the text.
 */
export const endOfTurn =
  /<\|(?:im_end|eot_id|eom_id|end|endoftext|end_of_text|end_of_turn|return|call|END_OF_TURN_TOKEN)\|>|<\/s>|<end_of_turn>|<｜end▁of▁sentence｜>|\[\/INST\]/y;

/**
 * Finds where Python code that begins at `from` ends: at the first `stop` that is in no string. A report in a
 * triple-quoted string may have fences of its own. A comment goes on to the end of its line; a mark that ends it
 * ends the code.
 *
 * It reads the text once, from left to right, and knows of Python just its strings and comments, so that it
 * is linear and works on code that does not compile.
 * @param stop sticky; tried where code may end.
 * @param first the characters that `stop` can begin with.
 * @returns null when the text ends within a triple-quoted string: then it was no string.
 */
export function endOfCode(text: string, from: number, stop: RegExp, first: string): CodeEnd | null {
  for (let at = from; at < text.length; ) {
    const char = text.charAt(at);
    if (first.includes(char)) {
      const mark = matchAt(stop, text, at);
      if (mark !== null) return { at, mark };
    }
    if (char === '"' || char === "'") {
      at = afterString(text, at, char);
      if (at < 0) return null;
    } else if (char === '#') {
      const end = afterComment(text, at, stop);
      if (typeof end !== 'number') return end;
      at = end;
    } else {
      at += char === '\\' ? 2 : 1;
    }
  }
  return { at: text.length, mark: '' };
}

/** Negative when a triple-quoted string does not end. Others end with their line, if not before. */
export function afterString(text: string, from: number, quote: string): number {
  const triple = quote.repeat(3);
  const isTriple = text.startsWith(triple, from);
  for (let at = from + (isTriple ? 3 : 1); at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (char === quote && !isTriple) return at + 1;
    else if (char === quote && text.startsWith(triple, at)) return at + 3;
    else if (char === '\n' && !isTriple) return at;
  }
  return isTriple ? -1 : text.length;
}

function afterComment(text: string, from: number, stop: RegExp): number | CodeEnd {
  const newline = text.indexOf('\n', from);
  const end = newline < 0 ? text.length : newline;
  // A fence that is glued to the comment, not one that the comment speaks of.
  const line = text.slice(from, end);
  const glued = /(?:`{3,}|<\/\w+>)(?:<\S{1,40}>)*[ \t\r]*$/.exec(line.slice(-200));
  if (!glued) return end;
  const at = end - (line.length > 200 ? 200 : line.length) + glued.index;
  const mark = matchAt(stop, text, at);
  return mark === null || text.slice(from, at).includes(mark) ? end : { at, mark };
}

/** What a sticky pattern matches there. */
export function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
