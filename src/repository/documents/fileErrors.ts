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

/** Why a file or folder can't be had, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? messageOf(error);
}

/**
 * What the file system says while a document is read, with what to do about it; other errors as they are.
 * @param name of the document.
 * @param folder where its text is written.
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
