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

/** What can end code. */
export interface Stop {
  /** Sticky. */
  readonly mark: RegExp;
  /** Global: where that can begin, or a string, a comment or an escape. */
  readonly next: RegExp;
}

/**
 * @param source of the pattern that ends code; the end of the turn does so, too.
 * @param first the characters it begins with, as in a character class.
 */
export function stopAt(source: string, first: string): Stop {
  return {
    mark: new RegExp(`${source}|${endOfTurn.source}`, 'my'),
    next: new RegExp(`["'#\\\\<[${first}]`, 'g'),
  };
}

/**
 * Finds where Python code that begins at `from` ends: at the first stop that is in no string. A report in a
 * triple-quoted string may have fences of its own. A comment goes on to the end of its line; a mark that ends it
 * ends the code.
 *
 * It reads the text once, from left to right, and knows of Python just its strings and comments, so that it
 * is linear and works on code that does not compile.
 * @returns null when the text ends within a triple-quoted string: then it was no string.
 */
export function endOfCode(text: string, from: number, { mark, next }: Stop): CodeEnd | null {
  for (let at = nextMatch(next, text, from); at >= 0; at = nextMatch(next, text, at)) {
    const char = text.charAt(at);
    const found = matchAt(mark, text, at);
    if (found !== null) return { at, mark: found };
    if (char === '"' || char === "'") {
      at = afterString(text, at, char);
      if (at < 0) return null;
    } else if (char === '#') {
      const end = afterComment(text, at, mark);
      if (typeof end !== 'number') return end;
      at = end;
    } else {
      at += char === '\\' ? 2 : 1;
    }
  }
  return { at: text.length, mark: '' };
}

const inString = { '"': /\\|"|\n/g, "'": /\\|'|\n/g, '"""': /\\|"""/g, "'''": /\\|'''/g } as const;

/** Negative when a triple-quoted string does not end. Others end with their line, if not before. */
export function afterString(text: string, from: number, quote: '"' | "'"): number {
  const triple = quote === '"' ? '"""' : "'''";
  const isTriple = text.startsWith(triple, from);
  const close = isTriple ? triple : quote;
  const next = inString[close];
  for (
    let at = nextMatch(next, text, from + close.length);
    at >= 0;
    at = nextMatch(next, text, at)
  ) {
    const char = text.charAt(at);
    if (char === '\n') return at;
    if (char !== '\\') return at + close.length;
    at += 2;
  }
  return isTriple ? -1 : text.length;
}

function nextMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
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
