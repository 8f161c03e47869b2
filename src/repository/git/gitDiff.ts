import { normalizePath, shown } from '../listing/locate';
import { RepositoryError, type RepositoryPath } from '../repository';
import { decodeLines, decodeText } from '../text/decodeText';
import { decodePath } from '../text/pathCodec';
import type { Root, RootedPath, Workspace } from '../workspace';
import { type GitRepository, refuseOddRevision, unknownRevision } from './gitRepository';
import { gitPath, gitRoots } from './gitRoots';
import { workTreeChanges } from './workTree';

/**
 * A commit with its changes, or a file or folder as of a commit, as for `Repository.gitShow`. Files hidden by name are
 * left out, and named.
 */
export async function gitShow(
  workspace: Workspace,
  revision: string,
  path: RepositoryPath | null,
  signal: AbortSignal,
): Promise<string> {
  const at = await pathOrNull(workspace, path, signal);
  const { repository, hash } = await findRevision(workspace, revision, at, signal);
  if (at !== null) return objectText(workspace, repository, hash, revision, at);
  const show = ['show', '--no-show-signature', '--format=fuller', '--date=iso'];
  return patch(workspace, repository, show, [hash], null);
}

/**
 * What changed between two commits, or since a commit in the work tree, as for `Repository.gitDiff`.
 * `a` may be a range, `x..y` or `x...y`, when `b` is null.
 */
export async function gitDiff(
  workspace: Workspace,
  a: string,
  b: string | null,
  path: RepositoryPath | null,
  signal: AbortSignal,
): Promise<string> {
  const at = await pathOrNull(workspace, path, signal);
  const range = b === null ? /^(.*?)(\.{2,3})(.*)$/s.exec(a) : null;
  const [first, last] = range === null ? [a, b] : [range[1] || 'HEAD', range[3] || 'HEAD'];
  const { repository, hash } = await findRevision(workspace, first, at, signal);
  if (last === null) return workTreeDiff(workspace, repository, hash, at, signal);
  const other = await repository.commit(last);
  const base = range?.[2] === '...' ? await mergeBase(repository, hash, other) : hash;
  return patch(workspace, repository, ['diff'], [base, other], at);
}

const diffOptions = ['--no-ext-diff', '--no-textconv', '--no-color', '--submodule=short'];

/** What changed in the work tree since a commit. Git itself never looks at the work tree. */
async function workTreeDiff(
  workspace: Workspace,
  repository: GitRepository,
  commit: string,
  at: RootedPath | null,
  signal: AbortSignal,
): Promise<string> {
  await using scratch = await repository.data.scratch();
  const { before, after, hidden, notCompared } = await workTreeChanges(
    workspace,
    repository,
    commit,
    at,
    scratch,
    signal,
  );
  const trees = [await scratch.writeTree(before), await scratch.writeTree(after)];
  const options = ['--patch', '--find-renames', '--ignore-cr-at-eol', ...diffOptions];
  const shownPatch = await repository.need({ args: ['diff', ...options, ...trees], scratch }, what);
  const topmost = new Set(hidden.map((path) => topmostHidden(workspace, repository.root, path)));
  return [
    patchText(shownPatch),
    hiddenNote([...topmost].sort()),
    namesNote('Not compared', notCompared),
  ].join('');
}

const what = "Git can't show that";

function patchText({ stdout, cut }: { readonly stdout: Buffer; readonly cut: boolean }): string {
  return decodeLines(stdout) + (cut ? '… (cut; narrow it with path=)\n' : '');
}

async function pathOrNull(
  workspace: Workspace,
  path: RepositoryPath | null,
  signal: AbortSignal,
): Promise<RootedPath | null> {
  if (path === null || normalizePath(workspace, path) === '') return null;
  return gitPath(workspace, path, signal);
}

/** The repository that knows a revision: that of the path, or the first one that does. */
async function findRevision(
  workspace: Workspace,
  revision: string,
  at: RootedPath | null,
  signal: AbortSignal,
): Promise<{ readonly repository: GitRepository; readonly hash: string }> {
  refuseOddRevision(revision);
  const path = at === null ? null : at.root.prefix + at.relative;
  const repositories = await gitRoots(workspace, path, signal);
  for (const repository of repositories) {
    const hash = await repository.findCommit(revision);
    if (hash !== null) return { repository, hash };
  }
  throw unknownRevision(revision, repositories);
}

async function mergeBase(repository: GitRepository, a: string, b: string): Promise<string> {
  const found = await repository.run({ args: ['merge-base', a, b] });
  if (found.ok) return found.stdout.toString('latin1').trim();
  if (found.failure.kind === 'objects') {
    throw repository.error('The common ancestor is not known', found.failure);
  }
  throw new RepositoryError('bad-argument', 'The two revisions have no common ancestor.');
}

/**
 * Lists what a diff between commits would show, and then shows it without hidden files. The list is without renames, so
 * that a hidden file is never behind another name. Only changes below the root's folder are shown, with paths relative
 * to it.
 */
async function patch(
  workspace: Workspace,
  repository: GitRepository,
  command: readonly string[],
  hashes: readonly string[],
  at: RootedPath | null,
): Promise<string> {
  const included = repository.pathspecs(at?.relative ?? '');
  const format = command[0] === 'show' ? ['--format=', '-m'] : [];
  const { prefix } = repository.source;
  const options = [...diffOptions, ...(prefix === '' ? [] : [`--relative=${prefix}`]), ...hashes];
  const list = await repository.need(
    {
      args: [...command, ...format, '--name-only', '-z', '--no-renames', ...options],
      paths: included,
    },
    what,
  );
  if (list.cut) throw tooLarge();
  const hidden = hiddenPaths(workspace, repository.root, list.stdout);
  const shownPatch = await repository.need(
    {
      args: [...command, '--patch', '--find-renames', ...options],
      paths: [...included, ...hidden.map((path) => repository.excluding(path))],
    },
    what,
  );
  return patchText(shownPatch) + hiddenNote(hidden);
}

/** The most characters of all pathspecs: Windows takes 32 K of arguments. */
const pathspecLimit = 20_000;

/** The hidden files, or the folders that hide them, in a list of paths that end with NUL. */
function hiddenPaths(workspace: Workspace, root: Root, list: Buffer): readonly RepositoryPath[] {
  const hidden = new Set<RepositoryPath>();
  for (let start = 0; start < list.length; ) {
    const at = list.indexOf(0, start);
    const end = at < 0 ? list.length : at;
    const path = decodePath(list.subarray(start, end));
    start = end + 1;
    if (path === '' || workspace.visibility.hides(root, path) === null) continue;
    hidden.add(topmostHidden(workspace, root, path));
  }
  const paths = [...hidden].sort();
  if (paths.reduce((sum, path) => sum + path.length + 20, 0) > pathspecLimit) throw tooLarge();
  return paths;
}

function topmostHidden(workspace: Workspace, root: Root, path: RepositoryPath): RepositoryPath {
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const folder = path.slice(0, at);
    if (workspace.visibility.hides(root, folder) !== null) return folder;
  }
  return path;
}

function hiddenNote(hidden: readonly RepositoryPath[]): string {
  return namesNote('Not shown, because policy hides them', hidden.map(shown));
}

function namesNote(why: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
  return `(${why}: ${names.slice(0, 10).join(', ')}${more}.)\n`;
}

/** A file's text, or a folder's names, as of a commit. */
async function objectText(
  workspace: Workspace,
  repository: GitRepository,
  hash: string,
  revision: string,
  at: RootedPath,
): Promise<string> {
  const path = at.root.prefix + at.relative;
  const entry = await repository.need(
    { args: ['ls-tree', '-z', '--full-tree', hash], paths: repository.pathspecs(at.relative) },
    what,
  );
  const [, type, object] = /^\d+ (\w+) ([0-9a-f]+)\t/.exec(entry.stdout.toString('latin1')) ?? [];
  if (type === undefined || object === undefined) {
    throw new RepositoryError('not-found', `There is no ${shown(path)} in ${shown(revision)}.`);
  }
  if (type === 'tree') return folderText(workspace, repository, object, at);
  if (type !== 'blob') {
    throw new RepositoryError(
      'bad-argument',
      `${shown(path)} is a submodule, which has its own history.`,
    );
  }
  const blob = await repository.need(
    { args: ['cat-file', 'blob', object], outputLimit: workspace.maxFileSize + 1 },
    what,
  );
  if (blob.cut || blob.stdout.length > workspace.maxFileSize) {
    throw new RepositoryError(
      'too-large',
      `${shown(path)} as of ${shown(revision)} is too large to show.`,
    );
  }
  const text = decodeText(blob.stdout);
  if (text === null) throw new RepositoryError('binary', `${shown(path)} is a binary file.`);
  return text;
}

async function folderText(
  workspace: Workspace,
  repository: GitRepository,
  tree: string,
  at: RootedPath,
): Promise<string> {
  const args = ['ls-tree', '-z', '--name-only', '--full-tree', tree];
  const list = await repository.need({ args }, what);
  if (list.cut) throw tooLarge();
  const names = decodePath(list.stdout).split('\0');
  return names
    .filter(
      (name) =>
        name !== '' && workspace.visibility.hides(at.root, `${at.relative}/${name}`) === null,
    )
    .map((name) => `${name}\n`)
    .join('');
}

function tooLarge(): RepositoryError {
  return new RepositoryError(
    'too-large',
    'Too many files changed there to show them at once; narrow it with path=.',
  );
}
