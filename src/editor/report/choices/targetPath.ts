import { posix, win32 } from 'node:path';

/** What a text names: a uri, an absolute path, or a relative one. */
export interface TargetPath {
  readonly kind: 'uri' | 'absolute' | 'relative';
  readonly text: string;
}

/** Understands paths of Windows and of other systems on any of them. @param home the user's folder, for `~/`. */
export function targetPath(text: string, home: string): TargetPath {
  if (/^~[/\\]/.test(text)) return { kind: 'absolute', text: posix.join(home, text.slice(2)) };
  if (posix.isAbsolute(text) || win32.isAbsolute(text)) return { kind: 'absolute', text };
  return { kind: /^[a-z][\w+.-]+:/i.test(text) ? 'uri' : 'relative', text };
}
