import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** An answer of so many bytes leaves several times that behind: the file, its text, the reply. */
const largeBytes = 4 * 1024 * 1024;
/** Memory of the process from which on that is not left to V8, which sees no hurry while the machine has more. */
const muchBytes = 200 * 1024 * 1024;

let collect: (() => void) | null = null;

/** Frees what large answers left behind, when the process has become large. @param bytes of the last answer. */
export function collectAfter(bytes: number): void {
  if (bytes < largeBytes || process.memoryUsage.rss() < muchBytes) return;
  collect ??= exposed();
  collect();
}

/** V8's own collector. It has no other door; the flag is taken back at once. */
function exposed(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return typeof gc === 'function' ? () => gc() : () => undefined;
}
