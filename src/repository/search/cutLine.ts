/** Characters shown of one line; more is minified code or data, which no one reads by line. */
const lineLimit = 500;
/** Characters shown of a match that spans lines. */
const multilineLimit = 5000;

/** Cuts a long line so that what starts at `focus` (in UTF-16 units) stays in sight. */
export function cutLine(text: string, focus: number): string {
  const limit = text.includes('\n') ? multilineLimit : lineLimit;
  if (text.length <= limit) return text;
  const start = Math.max(0, Math.min(focus - limit / 4, text.length - limit));
  const end = start + limit;
  const piece = text.slice(start, end).toWellFormed();
  return `${start > 0 ? '…' : ''}${piece}${end < text.length ? '…' : ''}`;
}
