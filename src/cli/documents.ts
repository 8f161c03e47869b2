import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { programSandbox } from '../repl/programSandbox';
import { DocumentError } from '../repository/documents/documentError';
import {
  type DocumentSource,
  type OpenedDocuments,
  openDocuments,
} from '../repository/documents/openDocuments';
import { refuseSecrets } from '../repository/documents/refuseSecrets';
import type { AskIo } from './askIo';
import { UsageError } from './exitStatus';

/** As `--file`: what comes in by standard input. */
export const standardInput = '-';

/**
 * Reads the documents that a question is about; they are the caller's to dispose.
 * @param paths absolute, or `standardInput`.
 * @throws {UsageError} when one is missing, no file, a secret file, or can't be read as text.
 */
export async function readDocuments(
  paths: readonly string[],
  { assets, stdin, signal }: Pick<AskIo, 'assets' | 'stdin' | 'signal'>,
): Promise<OpenedDocuments> {
  if (paths.filter((path) => path === standardInput).length > 1) {
    throw new UsageError('Standard input can be read only once: use --file - once.');
  }
  for (const path of paths) {
    if (path !== standardInput && (await isFolder(path))) {
      throw new UsageError(`${path} is a folder, not a document. Use --folder for it.`);
    }
  }
  const sources = paths.map((path): DocumentSource => {
    if (path === standardInput) return { name: 'stdin', from: 'stream', stream: stdin() };
    return { name: nameOf(path, paths), from: 'file', path };
  });
  try {
    const checked = await refuseSecrets(sources, [], pipedIn);
    const programs = { confine: programSandbox([]) };
    return await openDocuments(checked, { ...assets, programs }, signal);
  } catch (error) {
    throw error instanceof DocumentError ? new UsageError(error.message) : error;
  }
}

/** How a secret file is asked about: by a deliberate act. */
function pipedIn(source: DocumentSource): string {
  const path = 'path' in source ? source.path : source.name;
  return `If this one may be, pipe it in: --file - < ${JSON.stringify(path)}`;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The file's name, or the whole path where two would have the same. */
function nameOf(path: string, paths: readonly string[]): string {
  const name = basename(path);
  return paths.some((other) => other !== path && basename(other) === name) ? path : name;
}
