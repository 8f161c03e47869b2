import { access, constants, opendir, stat } from 'node:fs/promises';
import { openRepository } from '../repository/openRepository';
import type { Subject } from '../rlm/request';
import type { AskIo } from './askIo';
import { readDocuments, reasonOf } from './documents';
import { SetupError, UsageError } from './exitStatus';
import type { AskOptions } from './options';

/**
 * What the question is about, opened.
 * @throws {UsageError} when folders or documents are not usable
 * @throws {SetupError} when ripgrep is missing
 */
export async function openSubject(options: AskOptions, io: AskIo): Promise<Subject> {
  if (options.files.length > 0) {
    return { kind: 'documents', documents: await readDocuments(options.files, io.signal) };
  }
  for (const folder of options.folders) await checkFolder(folder);
  const { ripgrep } = io.assets;
  await access(ripgrep, constants.X_OK).catch((error: unknown) => {
    throw new SetupError(
      `ripgrep, which lists and searches the repository, can't be used: ${ripgrep}: ${reasonOf(error)}. Build again (npm ci puts it there).`,
    );
  });
  return { kind: 'repository', repository: await openRepository(options.folders, { ripgrep }) };
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    throw new UsageError(`There is no folder ${folder}: ${reasonOf(error)}.`);
  });
  if (!found.isDirectory()) {
    throw new UsageError(`${folder} is not a folder. To ask about a document, use --file.`);
  }
  if (await isEmpty(folder)) {
    throw new UsageError(`The folder ${folder} is empty: there is nothing to ask about.`);
  }
}

/** A folder with nothing but its git data is empty, too. */
async function isEmpty(folder: string): Promise<boolean> {
  try {
    for await (const entry of await opendir(folder)) {
      if (entry.name !== '.git') return false;
    }
    return true;
  } catch (error) {
    throw new UsageError(`The folder ${folder} can't be read: ${reasonOf(error)}.`);
  }
}
