import { readRegularFile } from '../ground/readRegularFile';
import { errorCode } from '../trajectory/fileFailure';
import { decodeText, normalizeText } from './decodeText';
import { countLines, sliceLines } from './lines';
import { type Located, locateFile, shown } from './locate';
import { type FileText, RepositoryError, type RepositoryPath } from './repository';
import { unsavedTexts } from './unsaved';
import type { Workspace } from './workspace';

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
 * The whole text of a file, or of the unsaved editor that stands for it.
 * @throws {RepositoryError} `binary`, `too-large`, or `excluded` when the system denies it.
 */
export async function readText(
  workspace: Workspace,
  located: Located,
  signal: AbortSignal,
): Promise<string> {
  const unsaved = unsavedTexts(workspace, { at: located, glob: null }).get(located.path);
  if (unsaved !== undefined) return normalizeText(unsaved.text);
  refuseTooLarge(workspace, located);
  const text = decodeText(await readBytes(located, signal));
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
  throw new RepositoryError(
    'too-large',
    `${shown(located.path)} has ${located.size} bytes; files over ${workspace.maxFileSize} bytes are listed, but not searched or read.`,
  );
}

async function readBytes(located: Located, signal: AbortSignal): Promise<Buffer> {
  try {
    return await readRegularFile(located.absolute, 'refused', signal);
  } catch (error) {
    signal.throwIfAborted();
    const code = errorCode(error);
    if (code === 'ENOENT') {
      throw new RepositoryError('not-found', `${shown(located.path)} was deleted just now.`, {
        cause: error,
      });
    }
    throw new RepositoryError(
      'excluded',
      `${shown(located.path)} is excluded by the file system, which refuses to read it (${String(code)}).`,
      { cause: error },
    );
  }
}
