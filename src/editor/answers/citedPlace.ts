/** Files that are cited by lines of their extracted text, which an editor can't show. */
const formatted = /\.(?:pdf|do[ct][xm]|ipynb)$/i;

/** False for a PDF, Word file or notebook: a link to it opens it, and can't go to a line. */
export function hasLines(path: string): boolean {
  return !formatted.test(path);
}

/** The tooltip of a link to a cited place: the lines, or the page or cell named after the citation. */
export function citedPlace(path: string, start: number, end: number, after: string): string {
  if (hasLines(path)) {
    return start === end ? `${path}, line ${start}` : `${path}, lines ${start} to ${end}`;
  }
  const place = /^`* \(((?:page|cell)s? \d+(?: to \d+)?)\)/.exec(after)?.[1];
  return place === undefined ? path : `${path}, ${place}`;
}
