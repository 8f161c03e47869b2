import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { RepositoryPath } from '../repository';
import { RepositoryError } from '../repository';
import type { Root } from '../workspace';
import { readCoreSettings } from './coreSettings';
import { kindOf, lookAt, quoted, readPlainFile, refused } from './plainFile';

/** The places of a root's Git data. All paths are absolute, symlinks resolved. */
export interface GitFolder {
  /** The top folder of the work tree. */
  readonly top: string;
  /** The root's folder relative to the top: "", or a path that ends with "/". */
  readonly prefix: RepositoryPath;
  /** The folder of this work tree alone: `HEAD`, `index`. */
  readonly own: string;
  /** The folder shared by all work trees: objects, refs. The same as `own`, except for a linked work tree. */
  readonly common: string;
}

/** The largest file that has only a path, in bytes. */
const pathFileLimit = 64 * 1024;

/**
 * Finds the Git folder of a root without asking Git, which would also accept a bare repository inside the work tree,
 * and read its configuration. It is the folder `.git` of the top folder, or the folder of a linked work tree or a
 * submodule, which must name this work tree itself: a `.git` file in a downloaded folder can point to any repository of
 * the user.
 * @throws {RepositoryError} `not-a-git-repository` when there is none, or Fathom does not read it.
 */
export async function findGitFolder(root: Root): Promise<GitFolder> {
  for (let top = root.folder; ; top = dirname(top)) {
    const found = await gitFolderAt(top, root);
    if (found !== null) {
      if (isWithin(root.folder, found.own)) throw noRepository(root, 'it is inside a Git folder');
      refuseForeignOwner(root, found);
      const prefix = relative(top, root.folder).replaceAll(sep, '/');
      return { ...found, top, prefix: prefix === '' ? '' : `${prefix}/` };
    }
    if (dirname(top) === top) throw noRepository(root, 'it is in no Git repository');
  }
}

type Folders = Pick<GitFolder, 'own' | 'common'>;

/** Finds the Git folder of a submodule; null when there is none. */
export async function gitFolderAt(top: string, root: Pick<Root, 'name'>): Promise<Folders | null> {
  const dotGit = join(top, '.git');
  const found = lookAt(dotGit, '.git');
  if (found === null) return null;
  if (found.isDirectory()) return ownFolder(dotGit);
  if (!found.isFile()) throw refused(`.git is ${kindOf(found)}, not a folder or a file`);
  const text = readPlainFile(dotGit, '.git', pathFileLimit)?.toString('utf8') ?? '';
  const path = /^gitdir: ([^\0\n\r]+)[\r\n]*$/.exec(text)?.[1];
  if (path === undefined) throw refused('the file .git does not say where the Git folder is');
  const own = await realFolder(resolve(top, path));
  if (own === null) throw refused('the Git folder that the file .git names is not there');
  const common = await commonFolder(own, top);
  if (common !== null) return { own, common };
  throw new RepositoryError(
    'not-a-git-repository',
    `The Git data of ${root.name} lies elsewhere and does not belong to this folder; it is not read.`,
  );
}

/** A folder `.git` that is a repository. Some programs leave an empty one, which Git skips. */
function ownFolder(dotGit: string): Folders | null {
  const names = ['HEAD', 'objects', 'refs'];
  if (names.some((name) => lookAt(join(dotGit, name), name) === null)) return null;
  if (lookAt(join(dotGit, 'commondir'), 'commondir') !== null) {
    throw refused("the .git folder names another repository's data as its own (commondir)");
  }
  return { own: dotGit, common: dotGit };
}

/** The shared folder if the Git folder says that it belongs to this work tree, else null. */
async function commonFolder(own: string, top: string): Promise<string | null> {
  const shared = pathIn(own, 'commondir');
  if (shared === null) {
    const { worktree } = readCoreSettings(own);
    return worktree !== null && (await isSame(resolve(own, worktree), top)) ? own : null;
  }
  const common = await realFolder(resolve(own, shared));
  if (common === null || dirname(own) !== join(common, 'worktrees')) return null;
  if (lookAt(join(common, 'commondir'), 'commondir') !== null) return null;
  const back = pathIn(own, 'gitdir');
  if (back === null || basename(back) !== '.git') return null;
  return (await isSame(dirname(resolve(own, back)), top)) ? common : null;
}

function pathIn(folder: string, name: string): string | null {
  const text = readPlainFile(join(folder, name), name, pathFileLimit)?.toString('utf8');
  const path = text?.replace(/[\r\n]+$/, '');
  return path && !/[\0\n]/.test(path) ? path : null;
}

async function realFolder(path: string): Promise<string | null> {
  const real = await realpath(path).catch(() => null);
  return real !== null && lookAt(real, quoted(real))?.isDirectory() ? real : null;
}

async function isSame(path: string, realOther: string): Promise<boolean> {
  return (await realpath(path).catch(() => null)) === realOther;
}

/** As Git does: where everybody may write, somebody can put a `.git` above another user's folder. */
function refuseForeignOwner(root: Root, { own, common }: Folders): void {
  const user = process.getuid?.();
  if (user === undefined) return;
  const trusted = [user, lookAt(root.folder, root.name)?.uid];
  for (const folder of [own, common]) {
    if (!trusted.includes(lookAt(folder, '.git')?.uid)) {
      throw refused('the Git folder belongs to another user than the folder itself and you');
    }
  }
}

function noRepository(root: Root, why: string): RepositoryError {
  return new RepositoryError(
    'not-a-git-repository',
    `${root.name} has no Git history to look at: ${why}.`,
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}
