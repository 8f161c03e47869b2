import { lstatSync } from 'node:fs';
import { compileGlob } from './glob';
import { languageOf } from './language';
import { listFiles } from './listing';
import { absolutePath } from './pathCodec';
import type { RepositoryFile, RepositoryPath } from './repository';
import { Turns } from './turns';
import { everything, type Scope } from './walk';
import type { Root, Workspace } from './workspace';

/** Every visible file, sorted by path, as `Repository.files` says. */
export async function files(
  workspace: Workspace,
  glob: string | null,
  signal: AbortSignal,
): Promise<readonly RepositoryFile[]> {
  return sizedFiles(
    workspace,
    { at: null, glob: glob === null ? null : compileGlob(glob) },
    signal,
  );
}

/** The files of a scope with their sizes, sorted by path. A file deleted meanwhile is left out. */
export async function sizedFiles(
  workspace: Workspace,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly RepositoryFile[]> {
  const found: RepositoryFile[] = [];
  const turns = new Turns(signal);
  for (const { root, relative, path } of await sortedFiles(workspace, scope, signal)) {
    const size = sizeOf(root, relative);
    if (size !== null) found.push({ path, size, language: languageOf(path) });
    if (turns.over) await turns.turn();
  }
  return found;
}

/** All visible files, sorted by path, or null when there are more than `most`; stops at the first too many. */
export async function fewFiles(
  workspace: Workspace,
  most: number,
  signal: AbortSignal,
): Promise<readonly RepositoryFile[] | null> {
  const found: RepositoryFile[] = [];
  let count = 0;
  await listFiles(workspace, everything, signal, (root, relative) => {
    count += 1;
    if (count > most) return false;
    const path = root.prefix + relative;
    const size = sizeOf(root, relative);
    if (size !== null) found.push({ path, size, language: languageOf(path) });
    return true;
  });
  return count > most ? null : found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface ListedFile {
  readonly root: Root;
  readonly relative: RepositoryPath;
  readonly path: RepositoryPath;
}

/** The files of a scope, sorted by path. */
export async function sortedFiles(
  workspace: Workspace,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly ListedFile[]> {
  const found: ListedFile[] = [];
  await listFiles(workspace, scope, signal, (root, relative) => {
    found.push({ root, relative, path: root.prefix + relative });
    return true;
  });
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Bytes of a file, null when it is gone. */
export function sizeOf(root: Root, relative: RepositoryPath): number | null {
  const absolute = absolutePath(root.folder, relative);
  if (absolute === null) return null;
  try {
    return lstatSync(absolute, { throwIfNoEntry: false })?.size ?? null;
  } catch {
    // A folder that can be listed but not searched: the file is there, its size is unknown.
    return 0;
  }
}
