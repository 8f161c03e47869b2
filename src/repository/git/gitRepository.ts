import { readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { shown } from '../locate';
import { encodePath } from '../pathCodec';
import { RepositoryError, type RepositoryPath } from '../repository';
import type { Root } from '../workspace';
import { type GitResult, type GitRun, git } from './gitCommand';

/** The Git repository that a root belongs to, after it was checked. */
export class GitRepository {
  readonly root: Root;
  readonly #signal: AbortSignal;

  private constructor(root: Root, signal: AbortSignal) {
    this.root = root;
    this.#signal = signal;
  }

  /**
   * @throws {RepositoryError} `not-a-git-repository` when the root is in none, or in one whose data
   * lies where the folder's author could not have put it: a `.git` file or link in a downloaded folder
   * can point at any other repository of the user.
   */
  static async open(root: Root, signal: AbortSignal): Promise<GitRepository> {
    const opened = new GitRepository(root, signal);
    const found = await opened.run({
      args: ['rev-parse', '--show-toplevel', '--absolute-git-dir', '--git-common-dir'],
    });
    const [top, directory, common] = found.stdout.toString('utf8').split('\n');
    if (!found.ok || !top || !directory || !common) {
      throw new RepositoryError(
        'not-a-git-repository',
        `${root.name} has no Git history to look at: ${found.complaint || 'it is not in a work tree'}.`,
      );
    }
    if (!(await isOwnData(root, top, directory, resolve(root.folder, common)))) {
      throw new RepositoryError(
        'not-a-git-repository',
        `The Git data of ${root.name} lies elsewhere (${directory}) and does not belong to this folder; it is not read.`,
      );
    }
    return opened;
  }

  run(run: Omit<GitRun, 'cwd' | 'signal'>): Promise<GitResult> {
    return git({ ...run, cwd: this.root.folder, signal: this.#signal });
  }

  /** The full hash of a commit, or null when the repository has no such revision. */
  async findCommit(revision: string): Promise<string | null> {
    refuseOddRevision(revision);
    const found = await this.run({
      args: ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    });
    const hash = found.stdout.toString('latin1').trim();
    return found.ok && /^[0-9a-f]{40,64}$/.test(hash) ? hash : null;
  }

  /** As `findCommit`. @throws {RepositoryError} `bad-argument` when there is none. */
  async commit(revision: string): Promise<string> {
    const hash = await this.findCommit(revision);
    if (hash === null) throw unknownRevision(revision);
    return hash;
  }

  /**
   * Settings that turn off the programs that Git runs on files of the work tree (`filter.*`), which the
   * repository's own configuration may name.
   */
  async withoutFilters(): Promise<ReadonlyMap<string, string>> {
    const listed = await this.run({ args: ['config', '--list', '--name-only', '-z'] });
    const names = listed.stdout.toString('utf8').split('\0');
    return new Map(
      names.flatMap((name): [string, string][] => {
        if (/^filter\..*\.(clean|smudge|process)$/s.test(name)) return [[name, '']];
        return /^filter\..*\.required$/s.test(name) ? [[name, 'false']] : [];
      }),
    );
  }
}

/** @throws {RepositoryError} `bad-argument` for what is not the name of a commit. */
export function refuseOddRevision(revision: string): void {
  if (revision === '' || revision.startsWith('-') || revision.includes('\0')) {
    throw new RepositoryError('bad-argument', `${shown(revision)} is not a revision.`);
  }
  if (revision.includes(':')) {
    throw new RepositoryError(
      'bad-argument',
      `${shown(revision)}: give the path of a file as path=, not after a colon.`,
    );
  }
}

export function unknownRevision(revision: string): RepositoryError {
  return new RepositoryError(
    'bad-argument',
    `${shown(revision)} is no commit, branch or tag here; git_log() lists commits.`,
  );
}

/** A pathspec for exactly this path, or what is below it, seen from the root's folder. */
export function literalPathspec(relative: RepositoryPath): Buffer {
  return Buffer.concat([
    Buffer.from(':(literal)'),
    encodePath(relative === '' ? '.' : relative) ?? Buffer.alloc(0),
  ]);
}

/** A pathspec that leaves this path out. */
export function excludingPathspec(relative: RepositoryPath): Buffer {
  return Buffer.concat([
    Buffer.from(':(exclude,literal)'),
    encodePath(relative) ?? Buffer.alloc(0),
  ]);
}

async function isOwnData(
  root: Root,
  top: string,
  directory: string,
  common: string,
): Promise<boolean> {
  const [realTop, realDirectory, realCommon] = await Promise.all([
    realpath(top),
    realpath(directory),
    realpath(common),
  ]);
  if (!isWithin(root.folder, realTop)) return false;
  const linked = realCommon !== realDirectory;
  if (linked && !isWithin(realDirectory, join(realCommon, 'worktrees'))) return false;
  if (!(await pointsBack(root, realTop, realDirectory, linked))) return false;
  for (const part of ['objects', 'refs', 'packed-refs', 'config', 'HEAD']) {
    const real = await realpath(join(realCommon, part)).catch(() => null);
    if (real !== null && !isWithin(real, realCommon) && !isWithin(real, root.folder)) return false;
  }
  return true;
}

/** Whether the Git folder is inside the work tree, or says itself that it belongs to it. */
async function pointsBack(
  root: Root,
  top: string,
  directory: string,
  linked: boolean,
): Promise<boolean> {
  if (!linked && directory === join(top, '.git')) return true;
  if (isWithin(directory, root.folder)) return true;
  if (linked) {
    const back = await readFile(join(directory, 'gitdir'), 'utf8').catch(() => '');
    return (await realpath(dirname(resolve(directory, back.trim()))).catch(() => null)) === top;
  }
  // A submodule's folder is in the Git folder of the repository around it, and names its work tree.
  const config = await readFile(join(directory, 'config'), 'utf8').catch(() => '');
  const tree = /^\s*worktree\s*=\s*(.+?)\s*$/m.exec(config)?.[1];
  if (tree === undefined) return false;
  return (await realpath(resolve(directory, tree)).catch(() => null)) === top;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
