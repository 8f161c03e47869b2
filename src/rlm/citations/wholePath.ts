/**
 * The path that an end of it stands for, `src/select.py` for `select.py`: the only one of those that were
 * named whole. Null when there is none, or more than one.
 */
export function wholePath(end: string, named: Iterable<string>): string | null {
  let found: string | null = null;
  for (const path of named) {
    if (!path.endsWith(`/${end}`) || path === found) continue;
    if (found !== null) return null;
    found = path;
  }
  return found;
}
