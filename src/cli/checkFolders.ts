import { access, constants, opendir } from 'node:fs/promises';
import { reasonOf } from '../repository/documents/fileErrors';
import type { AskIo } from './askIo';
import { SetupError, UsageError } from './exitStatus';

/**
 * Finds out whether there is anything to ask about in folders that could be opened.
 * @throws {UsageError} when all of them are empty
 * @throws {SetupError} when ripgrep is missing
 */
export async function checkFolders(
  folders: readonly string[],
  { assets: { ripgrep } }: AskIo,
): Promise<void> {
  if ((await Promise.all(folders.map(isEmpty))).every((empty) => empty)) {
    throw new UsageError(`There is nothing to ask about: ${folders.join(', ')} is empty.`);
  }
  await access(ripgrep, constants.X_OK).catch((error: unknown) => {
    throw new SetupError(
      `ripgrep, which lists and searches the repository, can't be used: ${ripgrep}: ${reasonOf(error)}. Install and build Fathom again: that puts it there.`,
    );
  });
}

/** Git's data alone is nothing to ask about either. */
async function isEmpty(folder: string): Promise<boolean> {
  for await (const entry of await opendir(folder)) {
    if (entry.name !== '.git') return false;
  }
  return true;
}
