import { type BigIntStats, lstatSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { listFiles } from '../listing/listing';
import { everything, inScope, type Scope } from '../listing/walk';
import { rgPath } from '../programs/rgPath';
import { RepositoryError, type RepositoryPath } from '../repository';
import { Records } from '../search/records';
import { absolutePath } from '../text/pathCodec';
import { Turns } from '../text/turns';
import type { Root, RootedPath, Workspace } from '../workspace';
import type { LinkedFile } from './fileIdentity';
import { fileKey, type SeenLinks } from './linkVerdicts';
import { namesIn, userSecrets } from './userSecrets';

/**
 * The name for people of the secret file that a file is under another name; null for an ordinary file. If it has several
 * names that are not known yet, looks at all secret files once: hidden ones in the repository, including ignored ones,
 * those in the folders above, and the user's own. Names elsewhere are not found.
 * @param found the file's status, if it is known already.
 */
export async function secretBehind(
  workspace: Workspace,
  at: RootedPath,
  signal: AbortSignal,
  found: LinkedFile | null = linkedFile(at),
): Promise<string | null> {
  if (found === null) return null;
  let verdict = verdictOf(workspace, at, found);
  if (verdict === 'unknown') {
    await lookFor(workspace, [found], signal);
    verdict = verdictOf(workspace, at, found);
  }
  // A file that gets new names all the time need not be read.
  return verdict === 'unknown' ? 'a file whose names change' : verdict;
}

/** The same, as far as known; `unknown` before `lookFor`. */
export function verdictOf(
  { links, visibility }: Workspace,
  { root, relative }: RootedPath,
  found: LinkedFile,
): string | null | 'unknown' {
  const verdict = links.of(found);
  return verdict !== null && visibility.allows(root, relative) ? null : verdict;
}

/** The status of a file with several names; null for other files, and when it is gone. */
export function linkedFile({ root, relative }: RootedPath): BigIntStats | null {
  const absolute = absolutePath(root.folder, relative);
  if (absolute === null) return null;
  try {
    // Quick for nearly all files, which have one name.
    if ((lstatSync(absolute, { throwIfNoEntry: false })?.nlink ?? 1) <= 1) return null;
    const found = lstatSync(absolute, { bigint: true });
    return found.isFile() ? found : null;
  } catch {
    return null;
  }
}

/** Looks at all secret files, if necessary. @throws {RepositoryError} when they can't be looked at. */
export async function lookFor(
  workspace: Workspace,
  files: readonly LinkedFile[],
  signal: AbortSignal,
): Promise<void> {
  await workspace.links.settle(files, () => look(workspace, signal));
}

/** The files without those that are secret ones under another name. */
export async function withoutSecretLinks<T extends RootedPath>(
  workspace: Workspace,
  files: readonly T[],
  signal: AbortSignal,
): Promise<readonly T[]> {
  const kept: T[] = [];
  const turns = new Turns(signal);
  for (const file of files) {
    const found = linkedFile(file);
    if (found === null || (await secretBehind(workspace, file, signal, found)) === null) {
      kept.push(file);
    }
    if (turns.over) await turns.turn();
  }
  return kept;
}

/**
 * The known ones in a scope, all of which a search leaves out. (Naming only those that match would reveal their content.)
 */
export function secretLinksIn(workspace: Workspace, scope: Scope): readonly RepositoryPath[] {
  return [...workspace.links.hidden]
    .filter((path) =>
      workspace.roots.some(
        (root) =>
          path.startsWith(root.prefix) && inScope(root, scope, path.slice(root.prefix.length)),
      ),
    )
    .sort();
}

/** @throws {RepositoryError} `excluded` for a file that is a secret one under another name. */
export async function refuseSecretLink(
  workspace: Workspace,
  at: RootedPath,
  found: LinkedFile,
  signal: AbortSignal,
): Promise<void> {
  const secret = await secretBehind(workspace, at, signal, found);
  if (secret === null) return;
  throw new RepositoryError(
    'excluded',
    `${JSON.stringify(at.root.prefix + at.relative)} is excluded by the secret-file policy (it is the same file as ${secret}); only the user can allow it, in Fathom's settings.`,
  );
}

async function look(workspace: Workspace, signal: AbortSignal): Promise<SeenLinks> {
  const began = Date.now();
  const { roots, visibility, home } = workspace;
  const folders = roots.map(({ folder }) => folder);
  const secrets = secretsOutside(folders, visibility.isSecretName, home ?? homedir());
  for (const root of workspace.roots) await addSecretsOf(workspace, root, secrets, signal);
  const hidden = new Set<RepositoryPath>();
  if (secrets.size > 0) {
    const all: RootedPath[] = [];
    await listFiles(workspace, everything, signal, (root, relative) => {
      all.push({ root, relative });
      return true;
    });
    const turns = new Turns(signal);
    for (const at of all) {
      const found = linkedFile(at);
      const isSecret = found !== null && secrets.has(fileKey(found));
      if (isSecret && !workspace.visibility.allows(at.root, at.relative)) {
        hidden.add(at.root.prefix + at.relative);
      }
      if (turns.over) await turns.turn();
    }
    // Files hidden before were not listed; they stay hidden while they are the same.
    for (const path of workspace.links.hidden) {
      const root = workspace.roots.find(({ prefix }) => path.startsWith(prefix));
      const found = root && linkedFile({ root, relative: path.slice(root.prefix.length) });
      if (found && secrets.has(fileKey(found))) hidden.add(path);
    }
  }
  return { began, secrets, hidden };
}

/**
 * The user's own secret files, and those in folders above some paths.
 * @returns the name of each for people, by `fileKey`.
 */
export function secretsOutside(
  below: readonly string[],
  isSecretName: (name: string) => boolean,
  home: string,
): Map<string, string> {
  const secrets = new Map<string, string>();
  const add = (path: string) => {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found?.isFile() && found.nlink > 1n) {
      secrets.set(fileKey(found), 'a secret file elsewhere');
    }
  };
  for (const path of userSecrets(home)) tryTo(() => add(path));
  for (const path of below) {
    for (let above = dirname(path); ; above = dirname(above)) {
      for (const name of namesIn(above)) {
        if (isSecretName(name)) tryTo(() => add(join(above, name)));
      }
      if (dirname(above) === above) break;
    }
  }
  return secrets;
}

/** A file that can't be looked at can't be read under another name either. */
function tryTo(look: () => void): void {
  try {
    look();
  } catch {}
}

/** Not the objects of version control: their names say nothing, or repeat those of the work tree (git-annex). */
const objects = ['!**/.git/objects', '!**/.git/annex', '!**/.git/lfs', '!**/.hg/store'];

/** Adds the secret files of a root, whatever ignore files say: those usually name the secrets. */
async function addSecretsOf(
  { ripgrep, visibility }: Workspace,
  root: Root,
  secrets: Map<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const records = new Records(0);
  const names: RepositoryPath[] = [];
  await ripgrep.run({
    args: [
      '--no-messages',
      '--color=never',
      '--hidden',
      '--no-ignore',
      ...objects.map((glob) => `--glob=${glob}`),
      '--files',
      '--null',
      '--',
      './',
    ],
    cwd: root.folder,
    signal,
    onData: (chunk) =>
      records.push(chunk, (record) => {
        const relative = rgPath(record);
        if (visibility.isSecret(root, relative)) names.push(relative);
        return true;
      }),
  });
  const turns = new Turns(signal);
  for (const relative of names) {
    const found = linkedFile({ root, relative });
    if (found !== null) secrets.set(fileKey(found), JSON.stringify(root.prefix + relative));
    if (turns.over) await turns.turn();
  }
}
