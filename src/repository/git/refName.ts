/**
 * Whether Git accepts this as the full name of a ref below `refs/` (git-check-ref-format). One character is one byte.
 */
export function isRefName(name: string): boolean {
  if (!name.startsWith('refs/') || name.length > 1024) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what Git refuses.
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\.$/.test(name)) return false;
  return name
    .split('/')
    .every((part) => part !== '' && !part.startsWith('.') && !part.toLowerCase().endsWith('.lock'));
}
