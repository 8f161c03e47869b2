import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Why a file can't be made or written, in words for people. */
export interface FileFailure {
  /** Without the path and without a full stop: `the disk is full`. */
  readonly why: string;
  /** The same with the path, without a full stop: `/a/b.md can't be written: the disk is full`. */
  readonly sentence: string;
  /** What the user can do, in one or more sentences; empty when unknown. */
  readonly remedy: string;
  /** True when it can't be written at all, false when a later try may work. */
  readonly refused: boolean;
}

/** Explains a file system error that came of writing a file. */
export function fileFailure(path: string, error: unknown): FileFailure {
  return failureOf(path, dirname(path), error);
}

/** Explains a file system error that came of making a folder, or writing in it. */
export function folderFailure(path: string, error: unknown): FileFailure {
  return failureOf(path, path, error);
}

function failureOf(path: string, folder: string, error: unknown): FileFailure {
  const code = errorCode(error);
  const inTheWay = code !== null && aboutFolders.has(code) ? fileAmongFolders(folder) : null;
  if (inTheWay !== null) {
    const sentence = `${inTheWay} is a file where a folder should be`;
    return { why: sentence, sentence, remedy: 'Move it away or rename it.', refused: true };
  }
  const known = code === null ? undefined : failures[code];
  const why = known?.why ?? messageOf(error);
  return {
    why,
    sentence: `${path} can't be written: ${why}`,
    remedy: known?.remedy ?? '',
    refused: known?.refused ?? false,
  };
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of an error, such as `ENOENT`; null when it has none. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}

/** Codes that may mean that a file stands where a folder should be. */
const aboutFolders: ReadonlySet<string> = new Set(['EEXIST', 'ENOTDIR', 'ENOENT']);

const failures: Readonly<Record<string, Omit<FileFailure, 'sentence'>>> = {
  ENOSPC: full('the disk is full', 'What was written before is kept; make room.'),
  EDQUOT: full('the disk quota is used up', 'What was written before is kept; make room.'),
  EFBIG: full('the file system takes no larger file', 'What was written before is kept.'),
  EACCES: refused('you have no permission to write there', 'Choose another place, or allow it.'),
  EPERM: refused('you have no permission to write there', 'Choose another place, or allow it.'),
  EROFS: refused('the file system is read-only', 'Choose another place.'),
  EISDIR: refused('it is a folder', 'Choose another name, or move the folder away.'),
  ENOTDIR: refused('a part of its path is a file', 'Choose another place.'),
  ENOENT: refused('its folder is not there', 'Make the folder, or choose another place.'),
  ENAMETOOLONG: refused('its name is too long', 'Choose a shorter one.'),
};

function full(why: string, remedy: string) {
  return { why, remedy, refused: false };
}

function refused(why: string, remedy: string) {
  return { why, remedy, refused: true };
}

/** The innermost of these folders that is not a folder but a file; null when all are folders. */
function fileAmongFolders(innermost: string): string | null {
  for (let folder = innermost; ; folder = dirname(folder)) {
    try {
      if (!statSync(folder).isDirectory()) return folder;
    } catch {
      // It does not exist; look further up.
    }
    if (folder === dirname(folder)) return null;
  }
}
