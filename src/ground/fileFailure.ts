import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Why a file can't be made or written, in words for people. */
export interface FileFailure {
  /** Without the path and without an end: `the disk is full`. */
  readonly why: string;
  /** The same as half a sentence that names what is in the way: `/a/b.md can't be written: the disk is full`. */
  readonly sentence: string;
  /** What the user can do; one or more sentences, or empty where nobody knows. */
  readonly remedy: string;
  /** True when it may not be written at all, false when it may be later. */
  readonly refused: boolean;
}

/** What an error of the file system means for a file that was to be written. */
export function fileFailure(path: string, error: unknown): FileFailure {
  return failureOf(path, dirname(path), error);
}

/** The same for a folder that was to be made, or written in. */
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

/** What was caught, in its own words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `ENOENT`; null when it has none. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}

/** Of a folder that can't be made, or that a file can't be in. */
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

/** The first of some folders, from the innermost, that is none but a file; null when none is. */
function fileAmongFolders(innermost: string): string | null {
  for (let folder = innermost; ; folder = dirname(folder)) {
    try {
      if (!statSync(folder).isDirectory()) return folder;
    } catch {
      // What is below a file is not there.
    }
    if (folder === dirname(folder)) return null;
  }
}
