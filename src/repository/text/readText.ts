import { errorCode } from '../../ground/fileFailure';
import { type Located, locateFile, shown } from '../listing/locate';
import { type FileText, RepositoryError, type RepositoryPath } from '../repository';
import type { Workspace } from '../workspace';
import { openChecked, ReplacedFileError, readWhole, TooManyBytesError } from './checkedFile';
import { decodeText, normalizeText } from './decodeText';
import { countLines, sliceLines } from './lines';
import { unsavedIn } from './unsaved';

/** Reads lines of a file, as `Repository.read` says. */
export async function readLines(
  workspace: Workspace,
  path: RepositoryPath,
  start: number,
  end: number | null,
  signal: AbortSignal,
): Promise<FileText> {
  signal.throwIfAborted();
  if (!Number.isInteger(start) || start < 1 || (end !== null && !Number.isInteger(end))) {
    throw new RepositoryError('bad-argument', 'Lines are whole numbers, and the first is 1.');
  }
  const located = await locateFile(workspace, path, signal);
  const text = await readText(workspace, located, signal);
  const totalLines = countLines(text);
  const last = Math.max(start - 1, Math.min(end ?? totalLines, totalLines));
  const piece = start === 1 && last === totalLines ? text : sliceLines(text, start, last);
  return { path: located.path, text: piece, start, end: last, totalLines };
}

/**
 * The whole text of a file, or of its unsaved editor.
 * @throws {RepositoryError} `binary`, `too-large`, or `excluded` when the system denies it.
 */
export async function readText(
  workspace: Workspace,
  located: Located,
  signal: AbortSignal,
): Promise<string> {
  const unsaved = unsavedIn(workspace, { at: located, glob: null }).get(located.path);
  if (unsaved !== undefined) return normalizeText(unsaved.text);
  const text = decodeText(await readBytes(workspace, located, signal));
  if (text === null) {
    throw new RepositoryError(
      'binary',
      `${shown(located.path)} is a binary file, which has no lines to read.`,
    );
  }
  return text;
}

/** @throws {RepositoryError} `too-large` when the file is over the limit. */
export function refuseTooLarge(workspace: Workspace, located: Located): void {
  if (located.kind === 'folder' || located.size <= workspace.maxFileSize) return;
  throw tooLarge(workspace, located, `has ${located.size} bytes`);
}

function tooLarge({ maxFileSize }: Workspace, { path }: Located, size: string): RepositoryError {
  return new RepositoryError(
    'too-large',
    `${shown(path)} ${size}; files over ${maxFileSize} bytes are listed, but not searched or read.`,
  );
}

/** An editor that saves the file may replace it during a try, but hardly in all of them. */
const mostTries = 5;

/**
 * The bytes of a file, even if it is replaced meanwhile.
 * @throws {RepositoryError} `too-large`, or `excluded` when the system denies it.
 */
export async function readBytes(
  workspace: Workspace,
  located: Located,
  signal: AbortSignal,
): Promise<Buffer> {
  refuseTooLarge(workspace, located);
  for (let at = located, tries = 1; ; tries += 1) {
    try {
      await using file = await openChecked(at.absolute, at.identity);
      return await readWhole(file, workspace.maxFileSize, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ReplacedFileError) || tries >= mostTries) {
        throw readFailure(workspace, at, error);
      }
    }
    // Check the path again, with what is there now.
    at = await locateFile(workspace, located.path, signal);
  }
}

function readFailure(workspace: Workspace, located: Located, error: unknown): RepositoryError {
  const path = shown(located.path);
  const options = { cause: error };
  if (error instanceof TooManyBytesError) return tooLarge(workspace, located, 'grew');
  if (error instanceof ReplacedFileError) {
    const message = `${path} can't be read: ${error.message}, again and again. Read it later.`;
    return new RepositoryError('unavailable', message, options);
  }
  const code = errorCode(error);
  if (code === 'ENOENT') {
    return new RepositoryError('not-found', `${path} was deleted just now.`, options);
  }
  return new RepositoryError(
    'excluded',
    `${path} is excluded by the file system, which refuses to read it (${String(code)}).`,
    options,
  );
}
