import { decodeLines, decodeText } from '../decodeText';
import { normalizePath, shown } from '../locate';
import { decodePath } from '../pathCodec';
import { RepositoryError, type RepositoryPath } from '../repository';
import type { Root, RootedPath, Workspace } from '../workspace';
import {
  excludingPathspec,
  type GitRepository,
  literalPathspec,
  refuseOddRevision,
  unknownRevision,
} from './gitRepository';
import { gitPath, gitRoots } from './gitRoots';

/**
 * A commit with its changes, or a file or folder as of a commit, as `Repository.gitShow` says. Files
 * that are hidden by name are left out, and named.
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
  return patch(workspace, repository, show, [...diffOptions, hash], null, new Map());
}

/**
 * What changed between two commits, or since a commit in the work tree, as `Repository.gitDiff` says.
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
  const other = last === null ? null : await repository.commit(last);
  const base =
    range?.[2] === '...' && other !== null ? await mergeBase(repository, hash, other) : hash;
  const hashes = other === null ? [base] : [base, other];
  // Only files of the work tree pass through filters.
  const settings = other === null ? await repository.withoutFilters() : new Map<string, string>();
  return patch(workspace, repository, ['diff'], [...diffOptions, ...hashes], at, settings);
}

/** `--relative`: only what is below the root's folder, with paths as seen from it. */
const diffOptions = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--relative',
  '--ignore-submodules=dirty',
  '--submodule=short',
];

async function pathOrNull(
  workspace: Workspace,
  path: RepositoryPath | null,
  signal: AbortSignal,
): Promise<RootedPath | null> {
  if (path === null || normalizePath(workspace, path) === '') return null;
  return gitPath(workspace, path, signal);
}

/** The repository that knows a revision: that of the path, or the first that does. */
async function findRevision(
  workspace: Workspace,
  revision: string,
  at: RootedPath | null,
  signal: AbortSignal,
): Promise<{ readonly repository: GitRepository; readonly hash: string }> {
  refuseOddRevision(revision);
  const path = at === null ? null : at.root.prefix + at.relative;
  for (const repository of await gitRoots(workspace, path, signal)) {
    const hash = await repository.findCommit(revision);
    if (hash !== null) return { repository, hash };
  }
  throw unknownRevision(revision);
}

async function mergeBase(repository: GitRepository, a: string, b: string): Promise<string> {
  const found = await repository.run({ args: ['merge-base', a, b] });
  if (!found.ok) {
    throw new RepositoryError('bad-argument', 'The two revisions have no common ancestor.');
  }
  return found.stdout.toString('latin1').trim();
}

/**
 * Lists what a diff would show, and then shows it without the hidden files. Renames are not looked for
 * in the list, so that a hidden file is never behind another's name.
 */
async function patch(
  workspace: Workspace,
  repository: GitRepository,
  command: readonly string[],
  options: readonly string[],
  at: RootedPath | null,
  settings: ReadonlyMap<string, string>,
): Promise<string> {
  const included = literalPathspec(at?.relative ?? '');
  const format = command[0] === 'show' ? ['--format=', '-m'] : [];
  const list = await repository.run({
    args: [...command, ...format, '--name-only', '-z', '--no-renames', ...options],
    paths: [included],
    settings,
  });
  if (!list.ok) throw failure(list.complaint);
  if (list.cut) throw tooLarge();
  const hidden = hiddenPaths(workspace, repository.root, list.stdout);
  const shownPatch = await repository.run({
    args: [...command, '--patch', '--find-renames', ...options],
    paths: [included, ...hidden.map(excludingPathspec)],
    settings,
  });
  if (!shownPatch.ok) throw failure(shownPatch.complaint);
  const text = decodeLines(shownPatch.stdout);
  return [
    text,
    ...(shownPatch.cut ? ['… (cut; narrow it with path=)\n'] : []),
    hiddenNote(hidden),
  ].join('');
}

/** Pathspecs together at most: Windows takes 32 K characters of arguments. */
const pathspecLimit = 20_000;

/** The hidden files, or the folders that hide them, of a list of paths that end with NUL. */
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
  if (hidden.length === 0) return '';
  const names = hidden.slice(0, 10).map(shown).join(', ');
  const more = hidden.length > 10 ? ` and ${hidden.length - 10} more` : '';
  return `(Not shown, because policy hides them: ${names}${more}.)\n`;
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
  const entry = await repository.run({
    args: ['ls-tree', '-z', hash],
    paths: [literalPathspec(at.relative)],
  });
  if (!entry.ok) throw failure(entry.complaint);
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
  const blob = await repository.run({ args: ['cat-file', 'blob', object] });
  if (!blob.ok) throw failure(blob.complaint);
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
  const list = await repository.run({
    args: ['ls-tree', '-z', '--name-only', '--full-tree', tree],
  });
  if (!list.ok) throw failure(list.complaint);
  const names = decodePath(list.stdout).split('\0');
  return names
    .filter(
      (name) =>
        name !== '' && workspace.visibility.hides(at.root, `${at.relative}/${name}`) === null,
    )
    .map((name) => `${name}\n`)
    .join('');
}

function failure(complaint: string): RepositoryError {
  return new RepositoryError('bad-argument', `Git can't show that: ${complaint}.`);
}

function tooLarge(): RepositoryError {
  return new RepositoryError(
    'too-large',
    'Too many files changed there to show them at once; narrow it with path=.',
  );
}
