import { lstatSync } from 'node:fs';
import { languageOf } from '../language/language';
import { secretBehind, withoutSecretLinks } from '../policy/secretLinks';
import type { RepositoryFile, RepositoryPath } from '../repository';
import { absolutePath } from '../text/pathCodec';
import { Turns } from '../text/turns';
import type { Root, RootedPath, Workspace } from '../workspace';
import { compileGlob } from './glob';
import { listFiles } from './listing';
import { everything, type Scope } from './walk';

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

/** The files of a scope with their sizes, sorted by path. Files deleted meanwhile are left out. */
export async function sizedFiles(
  workspace: Workspace,
  scope: Scope,
  signal: AbortSignal,
): Promise<readonly RepositoryFile[]> {
  const found: RepositoryFile[] = [];
  const turns = new Turns(signal);
  for (const { root, relative, path } of await sortedFiles(workspace, scope, signal)) {
    const measured = measure(root, relative);
    if (measured === null) continue;
    if (measured.linked && (await secretBehind(workspace, { root, relative }, signal)) !== null) {
      continue;
    }
    found.push({ path, size: measured.size, language: languageOf(path) });
    if (turns.over) await turns.turn();
  }
  return found;
}

/** All visible files, sorted by path; null, as soon as that is known, when there are more than `most`. */
export async function fewFiles(
  workspace: Workspace,
  most: number,
  signal: AbortSignal,
): Promise<readonly RepositoryFile[] | null> {
  const found: (RepositoryFile & RootedPath)[] = [];
  const linked: (RepositoryFile & RootedPath)[] = [];
  let count = 0;
  await listFiles(workspace, everything, signal, (root, relative) => {
    count += 1;
    if (count > most) return false;
    const path = root.prefix + relative;
    const measured = measure(root, relative);
    if (measured === null) return true;
    const { size } = measured;
    const file = { root, relative, path, size, language: languageOf(path) };
    (measured.linked ? linked : found).push(file);
    return true;
  });
  if (count > most) return null;
  found.push(...(await withoutSecretLinks(workspace, linked, signal)));
  return found
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, size, language }) => ({ path, size, language }));
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

/** What can be known of a file without opening it. */
export interface MeasuredFile {
  /** In bytes. */
  readonly size: number;
  /** True if it has several names, of which one may be that of a secret file. */
  readonly linked: boolean;
}

/** Null when it is gone. */
export function measure(root: Root, relative: RepositoryPath): MeasuredFile | null {
  const absolute = absolutePath(root.folder, relative);
  if (absolute === null) return null;
  try {
    const found = lstatSync(absolute, { throwIfNoEntry: false });
    return found ? { size: found.size, linked: found.nlink > 1 && found.isFile() } : null;
  } catch {
    // The folder can be listed but not searched, so the file exists but its size is unknown.
    return { size: 0, linked: false };
  }
}
