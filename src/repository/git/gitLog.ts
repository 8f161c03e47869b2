import { stat } from 'node:fs/promises';
import { normalizePath, notFound } from '../listing/locate';
import { type GitCommit, RepositoryError, type RepositoryPath } from '../repository';
import { absolutePath } from '../text/pathCodec';
import type { RootedPath, Workspace } from '../workspace';
import type { GitRepository } from './gitRepository';
import { gitPath, gitRoots } from './gitRoots';

/** The last commits, newest first, as `Repository.gitLog` says; a file is followed through renames. */
export async function gitLog(
  workspace: Workspace,
  path: RepositoryPath | null,
  n: number,
  signal: AbortSignal,
): Promise<readonly GitCommit[]> {
  const whole = path === null || normalizePath(workspace, path) === '';
  const at = whole ? null : await gitPath(workspace, path, signal);
  const commits: GitCommit[] = [];
  for (const repository of await gitRoots(workspace, whole ? null : path, signal)) {
    commits.push(...(await log(repository, at, n)));
  }
  if (commits.length === 0 && at !== null && !(await exists(at))) {
    throw await notFound(workspace, at.root.prefix + at.relative, signal);
  }
  return commits.sort((a, b) => Date.parse(b.date) - Date.parse(a.date)).slice(0, n);
}

async function log(
  repository: GitRepository,
  at: RootedPath | null,
  n: number,
): Promise<readonly GitCommit[]> {
  // A repository without commits has no history.
  if (!repository.hasCommits) return [];
  const file = at !== null && at.relative !== '' && !(await isFolder(at));
  const logWith = (options: readonly string[]) =>
    repository.run({
      args: [
        'log',
        '-z',
        `--max-count=${n}`,
        '--format=%H%x00%an%x00%aI%x00%s',
        '--no-show-signature',
        '--no-ext-diff',
        '--no-textconv',
        '--no-patch',
        ...options,
        'HEAD',
      ],
      paths: repository.pathspecs(at?.relative ?? ''),
    });
  let result = await logWith(file ? ['--follow'] : []);
  // If contents are missing, a file can still be followed through renames without a change.
  if (file && result.failure.kind === 'objects') result = await logWith(['--follow', '-M100%']);
  if (!result.ok) throw repository.error("Git can't show the history", result.failure);
  if (result.cut) {
    throw new RepositoryError(
      'too-large',
      'The history is too long to show; ask for fewer with n=.',
    );
  }
  const fields = result.stdout.toString('utf8').split('\0');
  const commits: GitCommit[] = [];
  for (let index = 0; index + 3 < fields.length; index += 4) {
    const [hash = '', author = '', date = '', subject = ''] = fields.slice(index, index + 4);
    commits.push({ hash, author, date, subject });
  }
  return commits;
}

async function exists({ root, relative }: RootedPath): Promise<boolean> {
  const absolute = absolutePath(root.folder, relative);
  return absolute !== null && (await stat(absolute).catch(() => null)) !== null;
}

async function isFolder({ root, relative }: RootedPath): Promise<boolean> {
  const absolute = absolutePath(root.folder, relative);
  if (absolute === null) return false;
  return (await stat(absolute).catch(() => null))?.isDirectory() ?? false;
}
