/** The text on one line, cut to about this many characters at the end of a word. */
export function shorten(text: string, most: number): string {
  const line = text.trim().replace(/\s+/g, ' ');
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1);
  const space = cut.lastIndexOf(' ');
  const end = space > most / 2 ? space : cut.length;
  return `${cut.slice(0, end).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
