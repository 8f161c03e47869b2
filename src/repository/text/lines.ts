/** Line ends are "\n" alone, as ripgrep counts them. A last line without one counts too. */
export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return text === '' || text.endsWith('\n') ? lines : lines + 1;
}

/** Lines `start..end` (1-based, inclusive) with their line ends. */
export function sliceLines(text: string, start: number, end: number): string {
  if (end < start) return '';
  const from = offsetOfLine(text, 0, start - 1);
  return text.slice(from, offsetOfLine(text, from, end - start + 1));
}

function offsetOfLine(text: string, from: number, lines: number): number {
  let at = from;
  for (let line = 0; line < lines; line += 1) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}

/** Characters as Python counts them: code points. */
export function countCodePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(index + 1);
      if (next >= 0xdc00 && next <= 0xdfff) count -= 1;
    }
  }
  return count;
}
