import type { RepositoryPath } from '../repository';
import { decodePath } from '../text/pathCodec';

/** The relative path in ripgrep's output when it was told to walk "./". */
export function rgPath(bytes: Buffer): RepositoryPath {
  const path = decodePath(bytes);
  const relative = path.startsWith('./') || path.startsWith('.\\') ? path.slice(2) : path;
  return process.platform === 'win32' ? relative.replaceAll('\\', '/') : relative;
}
