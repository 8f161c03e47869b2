import type { GitRevision } from '../repository';
import type { Workspace } from '../workspace';
import type { GitRepository } from './gitRepository';
import { gitRoots } from './gitRoots';

/** How many tags, and how many commits, are listed of each repository. */
const most = 50;

/** Tags, newest first, then the last commits, newest first, as `Repository.gitRevisions` says. */
export async function gitRevisions(
  workspace: Workspace,
  signal: AbortSignal,
): Promise<readonly GitRevision[]> {
  const roots = await gitRoots(workspace, null, signal);
  const listed = await Promise.all(
    roots.flatMap((repository) => [
      list(repository, 'tag', [
        'for-each-ref',
        '--sort=-creatordate',
        `--count=${most}`,
        '--format=%(refname:lstrip=2)%00%(creatordate:short)%00%(contents:subject)',
        'refs/tags',
      ]),
      list(repository, 'commit', [
        'log',
        `--max-count=${most}`,
        '--format=%h%x00%as%x00%s',
        '--no-show-signature',
        '--no-patch',
        'HEAD',
      ]),
    ]),
  );
  const all = listed.flat();
  const names = new Set<string>();
  // Lists a name once, also for two roots in one repository.
  const once = all.filter(({ name }) => !names.has(name) && names.add(name).has(name));
  return [
    ...once.filter(({ kind }) => kind === 'tag'),
    ...once.filter(({ kind }) => kind === 'commit'),
  ];
}

async function list(
  repository: GitRepository,
  kind: GitRevision['kind'],
  args: readonly string[],
): Promise<readonly GitRevision[]> {
  if (kind === 'commit' && !repository.hasCommits) return [];
  const { stdout } = await repository.need({ args }, `The last ${kind}s can't be listed`);
  const lines = stdout.toString('utf8').split('\n');
  return lines.flatMap((line) => {
    const [name = '', date = '', subject = ''] = line.split('\0');
    return name === '' ? [] : [{ kind, name, date, subject }];
  });
}
