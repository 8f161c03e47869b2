import { tmpdir } from 'node:os';
import { basename, dirname, extname } from 'node:path';

/**
 * Whether a file is where Fathom itself puts reports that no file was named for: beside the logs, or among
 * temporary files when that folder was gone. Only there a file is changed or removed because another one,
 * which may be damaged or from elsewhere, says so.
 * @param folder of the logs.
 */
export function isFathomsPlace(path: string, folder: string): boolean {
  const at = dirname(path);
  const isTemporary = dirname(at) === tmpdir() && /^fathom-\w{6}$/.test(basename(at));
  return extname(path) === '.md' && (at === folder || isTemporary);
}
