import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, messageOf } from '../ground/fileFailure';
import { UsageError } from './exitStatus';

/**
 * Checks, before a model is asked, that a report can go to a file.
 * @throws {UsageError} when there is text in it already, or it can't be written.
 */
export async function checkReportFile(path: string): Promise<void> {
  const there = await ifThere(() => stat(path), path);
  if (there === null) {
    await checkFolder(dirname(path), path);
    return;
  }
  if (there.isDirectory()) throw refused(path, 'it is a folder. Name a file');
  if (there.isFile() && there.size > 0) {
    throw refused(
      path,
      'it has text already, which is never replaced. Choose another name, or remove it',
    );
  }
  if (!there.isFile() && !there.isCharacterDevice()) throw refused(path, 'it is not a file');
  await access(path, constants.W_OK).catch(() => {
    throw refused(path, 'you have no permission to write it. Choose another');
  });
}

/** Missing folders are made when the report begins. */
async function checkFolder(folder: string, path: string): Promise<void> {
  const there = await ifThere(() => stat(folder), path);
  if (there === null) {
    if (dirname(folder) !== folder) await checkFolder(dirname(folder), path);
    return;
  }
  if (!there.isDirectory()) throw refused(path, `${folder} is not a folder`);
  await access(folder, constants.W_OK).catch(() => {
    throw refused(path, `you have no permission to write in ${folder}. Choose another place`);
  });
}

async function ifThere<T>(look: () => Promise<T>, path: string): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return null;
    if (code === 'ENOTDIR') throw refused(path, 'a part of its path is a file');
    throw refused(path, messageOf(error));
  }
}

function refused(path: string, why: string): UsageError {
  return new UsageError(`The report can't go to ${path}: ${why}.`);
}
