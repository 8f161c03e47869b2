import { access, constants, opendir } from 'node:fs/promises';
import { programSandbox } from '../repl/programSandbox';
import { reasonOf } from '../repository/documents/fileErrors';
import { openRepository } from '../repository/openRepository';
import type { Subject } from '../rlm/subject/subject';
import type { AskIo } from './askIo';
import { readDocuments } from './documents';
import { SetupError, UsageError } from './exitStatus';
import type { AskOptions } from './options';

/** What a question is about, until it is disposed. */
export interface OpenedSubject extends AsyncDisposable {
  readonly subject: Subject;
}

/**
 * What the question is about, opened; it is the caller's to dispose.
 * @throws {UsageError | RepositoryError} when folders or documents are not usable
 * @throws {SetupError} when ripgrep is missing
 */
export async function openSubject(options: AskOptions, io: AskIo): Promise<OpenedSubject> {
  if (options.files.length > 0) {
    const opened = await readDocuments(options.files, io);
    const { documents } = opened;
    return {
      subject: { kind: 'documents', documents },
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  }
  const { ripgrep } = io.assets;
  const repository = await openRepository(options.folders, {
    ripgrep,
    programs: { confine: programSandbox(options.folders) },
  });
  if ((await Promise.all(options.folders.map(isEmpty))).every((empty) => empty)) {
    throw new UsageError(`There is nothing to ask about: ${options.folders.join(', ')} is empty.`);
  }
  await access(ripgrep, constants.X_OK).catch((error: unknown) => {
    throw new SetupError(
      `ripgrep, which lists and searches the repository, can't be used: ${ripgrep}: ${reasonOf(error)}. Install and build Fathom again: that puts it there.`,
    );
  });
  return { subject: { kind: 'repository', repository }, [Symbol.asyncDispose]: async () => {} };
}

/** Git's data alone is nothing to ask about either. */
async function isEmpty(folder: string): Promise<boolean> {
  for await (const entry of await opendir(folder)) {
    if (entry.name !== '.git') return false;
  }
  return true;
}
