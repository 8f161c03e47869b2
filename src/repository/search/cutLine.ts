/** How many characters of a line are shown. Longer lines are minified code or data. */
const lineLimit = 500;
/** How many characters of a match over several lines are shown. */
const multilineLimit = 5000;

/** Cuts a long line so that the text at `focus` (in UTF-16 units) stays visible. */
export function cutLine(text: string, focus: number): string {
  const limit = text.includes('\n') ? multilineLimit : lineLimit;
  if (text.length <= limit) return text;
  const start = Math.max(0, Math.min(focus - limit / 4, text.length - limit));
  const end = start + limit;
  const piece = text.slice(start, end).toWellFormed();
  return `${start > 0 ? '…' : ''}${piece}${end < text.length ? '…' : ''}`;
}
