import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { SubjectSource } from '../question/question';
import type { DocumentSource } from '../repository/documents/openDocuments';
import { UsageError } from './exitStatus';

/** The value of `--file` that stands for standard input. */
export const standardInput = '-';

/**
 * The documents that `--file` names.
 * @param paths absolute, or `standardInput`.
 * @throws {UsageError} when one is a folder, or standard input is to be read twice.
 */
export async function documentSources(paths: readonly string[]): Promise<readonly SubjectSource[]> {
  if (paths.filter((path) => path === standardInput).length > 1) {
    throw new UsageError('Standard input can be read only once: use --file - once.');
  }
  for (const path of paths) {
    if (path !== standardInput && (await isFolder(path))) {
      throw new UsageError(`${path} is a folder, not a document. Use --folder for it.`);
    }
  }
  return paths.map((path) =>
    path === standardInput
      ? { name: 'stdin', from: 'stdin' }
      : { name: nameOf(path, paths), from: 'file', path },
  );
}

/** How to ask about a secret file on purpose. */
export function pipedIn(source: DocumentSource): string {
  const path = 'path' in source ? source.path : source.name;
  return `If this one may be, pipe it in: --file - < ${JSON.stringify(path)}`;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The file's name, or the whole path if two files have the same name. */
function nameOf(path: string, paths: readonly string[]): string {
  const name = basename(path);
  return paths.some((other) => other !== path && basename(other) === name) ? path : name;
}
