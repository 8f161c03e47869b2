/** The text on one line, cut at the end of a word to at most this many characters. */
export function shorten(text: string, most: number): string {
  const line = text.trim().replace(/\s+/g, ' ');
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1);
  const space = cut.lastIndexOf(' ');
  const end = space > most / 2 ? space : cut.length;
  return `${cut.slice(0, end).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
