import { access, constants, opendir } from 'node:fs/promises';
import { openRepository } from '../repository/openRepository';
import type { Subject } from '../rlm/request';
import type { AskIo } from './askIo';
import { readDocuments, reasonOf } from './documents';
import { SetupError, UsageError } from './exitStatus';
import type { AskOptions } from './options';

/**
 * What the question is about, opened.
 * @throws {UsageError | RepositoryError} when folders or documents are not usable
 * @throws {SetupError} when ripgrep is missing
 */
export async function openSubject(options: AskOptions, io: AskIo): Promise<Subject> {
  if (options.files.length > 0) {
    return { kind: 'documents', documents: await readDocuments(options.files, io.signal) };
  }
  const { ripgrep } = io.assets;
  const repository = await openRepository(options.folders, { ripgrep });
  if ((await Promise.all(options.folders.map(isEmpty))).every((empty) => empty)) {
    throw new UsageError(`There is nothing to ask about: ${options.folders.join(', ')} is empty.`);
  }
  await access(ripgrep, constants.X_OK).catch((error: unknown) => {
    throw new SetupError(
      `ripgrep, which lists and searches the repository, can't be used: ${ripgrep}: ${reasonOf(error)}. Install and build Fathom again: that puts it there.`,
    );
  });
  return { kind: 'repository', repository };
}

/** Git's data alone is nothing to ask about either. */
async function isEmpty(folder: string): Promise<boolean> {
  for await (const entry of await opendir(folder)) {
    if (entry.name !== '.git') return false;
  }
  return true;
}
