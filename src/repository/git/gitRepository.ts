import { shown } from '../listing/locate';
import type { Programs } from '../programs/programs';
import { RepositoryError, type RepositoryPath } from '../repository';
import { encodePath } from '../text/pathCodec';
import type { Root, Workspace } from '../workspace';
import { findGitFolder, type GitFolder } from './findGitFolder';
import { type GitResult, type GitRun, git } from './gitCommand';
import { failureError, type GitFailure, missingReason } from './gitFailure';
import { type PrivateGit, privateGit } from './privateGit';
import type { Scratch } from './scratch';

/** The arguments of a command besides the repository. */
type Command = Pick<GitRun, 'args' | 'paths' | 'outputLimit'> & {
  /** Objects beside those of the repository. */
  readonly scratch?: Scratch;
};

/** The checked Git repository of a root. */
export class GitRepository {
  readonly root: Root;
  readonly source: GitFolder;
  readonly data: PrivateGit;
  readonly #programs: Programs;
  readonly #outside: readonly string[];
  readonly #signal: AbortSignal;

  private constructor(
    root: Root,
    source: GitFolder,
    data: PrivateGit,
    programs: Programs,
    outside: readonly string[],
    signal: AbortSignal,
  ) {
    this.root = root;
    this.source = source;
    this.data = data;
    this.#programs = programs;
    this.#outside = outside;
    this.#signal = signal;
  }

  /**
   * @throws {RepositoryError} `not-a-git-repository` when the root is not in one, or it has something that Fathom does
   * not read, for instance data of another repository.
   */
  static async open(workspace: Workspace, root: Root, signal: AbortSignal): Promise<GitRepository> {
    signal.throwIfAborted();
    const source = await findGitFolder(root);
    const data = await privateGit(source, signal);
    const outside = [source.top, ...workspace.roots.map(({ folder }) => folder)];
    return new GitRepository(root, source, data, workspace.programs, outside, signal);
  }

  /** Whether there is a commit at all. */
  get hasCommits(): boolean {
    const { head, ids } = this.data.refs;
    return head.kind === 'detached' || ids.has(head.name);
  }

  run({ scratch, ...command }: Command): Promise<GitResult> {
    return git({
      ...command,
      gitFolder: this.data.folder,
      objects: scratch?.folder ?? this.data.objects,
      readable: [...this.data.readable, ...(scratch ? [scratch.folder] : [])],
      programs: this.#programs,
      outside: this.#outside,
      signal: this.#signal,
    });
  }

  /** Like `run`, but throws. @param what what failed, for the message. */
  async need(command: Command, what: string): Promise<GitResult> {
    const result = await this.run(command);
    if (!result.ok) throw this.error(what, result.failure);
    return result;
  }

  error(what: string, failure: GitFailure): RepositoryError {
    return failureError(what, failure, this.data.lack);
  }

  /** The full hash of a commit; null when the repository has no such revision. */
  async findCommit(revision: string): Promise<string | null> {
    refuseOddRevision(revision);
    const found = await this.run({
      args: ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    });
    const hash = found.stdout.toString('latin1').trim();
    return found.ok && /^[0-9a-f]{40,64}$/.test(hash) ? hash : null;
  }

  /** Like `findCommit`. @throws {RepositoryError} `bad-argument` when there is none. */
  async commit(revision: string): Promise<string> {
    const hash = await this.findCommit(revision);
    if (hash === null) throw unknownRevision(revision, [this]);
    return hash;
  }

  /** Pathspecs for exactly this path, or what is below it; none for everything. */
  pathspecs(relative: RepositoryPath): readonly Buffer[] {
    const path = this.path(relative).replace(/\/$/, '');
    return path === '' ? [] : [pathspec('literal', path)];
  }

  /** A pathspec that leaves this path out. */
  excluding(relative: RepositoryPath): Buffer {
    return pathspec('exclude,literal', this.path(relative));
  }

  /** A path of the root, relative to the top. */
  path(relative: RepositoryPath): RepositoryPath {
    return this.source.prefix + relative;
  }
}

function pathspec(magic: string, path: RepositoryPath): Buffer {
  return Buffer.concat([Buffer.from(`:(${magic})`), encodePath(path) ?? Buffer.alloc(0)]);
}

/** @throws {RepositoryError} `bad-argument` for anything but the name of a commit. */
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

/** @param repositories those that were searched. */
export function unknownRevision(
  revision: string,
  repositories: readonly GitRepository[],
): RepositoryError {
  const lacking = repositories.find(({ data: { lack } }) => lack.borrowed || lack.partial);
  const hints = [
    'git_log() lists commits.',
    ...(revision.includes('@{')
      ? ['Former places of a branch and its upstream (after "@{") are not known here.']
      : []),
    ...(lacking ? [`Or ${missingReason(lacking.data.lack)}.`] : []),
  ];
  return new RepositoryError(
    'bad-argument',
    `${shown(revision)} is not a commit, branch or tag here; ${hints.join(' ')}`,
  );
}
