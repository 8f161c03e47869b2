const fenceLine = /^ {0,3}(`{3,}|~{3,})(.*)$/s;

/**
 * Follows code fences at the margin: the marks of the fence that is open after a line.
 * @param open the marks of the fence that is open before it; "" for none, also as the result.
 */
export function fenceAfter(line: string, open: string): string {
  const [, mark = '', rest = ''] = fenceLine.exec(line) ?? [];
  if (mark === '') return open;
  if (open === '') return mark;
  return mark.startsWith(open) && rest.trim() === '' ? '' : open;
}
