import { messageOf } from '../../ground/fileFailure';
import { ReplacedFileError } from '../text/checkedFile';
import { DocumentError } from './documentError';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'you have no permission',
  EPERM: 'you have no permission',
  ELOOP: 'its symbolic links go in circles',
};

/** Why a file or folder can't be read, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? messageOf(error);
}

/**
 * Explains a file system error that came of reading a document. Other errors stay as they are.
 * @param name of the document.
 * @param folder the folder for its text.
 */
export function explained(error: unknown, name: string, folder: string): unknown {
  if (error instanceof ReplacedFileError) {
    return new DocumentError(`${name} can't be read: ${error.message}. Ask again.`);
  }
  if (error instanceof DocumentError || !(error instanceof Error) || !('code' in error))
    return error;
  if (error.code === 'ENOSPC') {
    return new DocumentError(
      `There is no room for the text of ${name} in ${folder}. Make room, or set TMPDIR to a folder with more.`,
    );
  }
  return new DocumentError(`${name} can't be read: ${reasonOf(error)}.`);
}
