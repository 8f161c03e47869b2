import { tmpdir } from 'node:os';
import { basename, dirname, extname } from 'node:path';

/**
 * Whether a file is where Fathom puts reports by itself: beside the logs, or among temporary files if that folder was
 * gone. Another file, which may be damaged or foreign, can cause changes to files only there.
 * @param folder of the logs.
 */
export function isFathomsPlace(path: string, folder: string): boolean {
  const at = dirname(path);
  const isTemporary = dirname(at) === tmpdir() && /^fathom-\w{6}$/.test(basename(at));
  return extname(path) === '.md' && (at === folder || isTemporary);
}
