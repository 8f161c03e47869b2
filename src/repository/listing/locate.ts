import { lstat, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { errorCode } from '../../ground/fileFailure';
import type { FileIdentity } from '../policy/fileIdentity';
import { refuseSecretLink } from '../policy/secretLinks';
import { RepositoryError, type RepositoryPath } from '../repository';
import { absolutePath, decodePath, encodePath } from '../text/pathCodec';
import { type Root, type RootedPath, rootOf, type Workspace } from '../workspace';
import { isVisible } from './listing';
import { nearestPaths } from './nearest';

/** A file or folder on disk that policy shows. */
export interface Located extends RootedPath {
  /** Normalized, links resolved; the caller may use it again. */
  readonly path: RepositoryPath;
  readonly absolute: string | Buffer;
  readonly kind: 'file' | 'folder';
  /** In bytes; meaningless for a folder. */
  readonly size: number;
  /** The identity of what was there. */
  readonly identity: FileIdentity;
}

/**
 * Finds what a path names, through links that stay inside.
 * @throws {RepositoryError} `outside`, `excluded`, `not-found`, or `bad-argument` for anything but a file or a folder.
 */
export async function locate(
  workspace: Workspace,
  asked: RepositoryPath,
  signal: AbortSignal,
): Promise<Located> {
  const path = normalizePath(workspace, asked);
  const named = rootOf(workspace, path);
  if (named === null) throw await notFound(workspace, path, signal);
  refuseHidden(workspace, named);
  const real = await resolveLinks(workspace, named, signal);
  refuseHidden(workspace, real);
  const absolute = absolutePath(real.root.folder, real.relative);
  const found = absolute === null ? null : await stat(absolute, { bigint: true }).catch(() => null);
  if (absolute === null || found === null) throw await notFound(workspace, path, signal);
  if (!found.isFile() && !found.isDirectory()) {
    throw new RepositoryError('bad-argument', `${shown(path)} is neither a file nor a folder.`);
  }
  if (found.isFile()) await refuseSecretLink(workspace, real, found, signal);
  if (real.relative !== '' && !(await isVisible(workspace, real, signal))) {
    const orEmpty = found.isDirectory() ? ', or holds no files' : '';
    throw excluded(path, `an ignore file (.gitignore, .ignore)${orEmpty}`);
  }
  return {
    ...real,
    path: real.root.prefix + real.relative,
    absolute,
    kind: found.isFile() ? 'file' : 'folder',
    size: Number(found.size),
    identity: found,
  };
}

/** Like `locate`, for files only. */
export async function locateFile(
  workspace: Workspace,
  path: RepositoryPath,
  signal: AbortSignal,
): Promise<Located> {
  const located = await locate(workspace, path, signal);
  if (located.kind === 'folder') {
    throw new RepositoryError(
      'bad-argument',
      `${shown(path)} is a folder; name a file in it, or list it with tree(${JSON.stringify(path)}).`,
    );
  }
  return located;
}

/** A path for a message, in quotes, so that odd names are visible. */
export function shown(path: RepositoryPath): string {
  return JSON.stringify(path);
}

/** The path in its normal spelling. @throws {RepositoryError} `outside` when it leaves the repository. */
export function normalizePath(workspace: Workspace, asked: RepositoryPath): RepositoryPath {
  const slashed = process.platform === 'win32' ? asked.replaceAll('\\', '/') : asked;
  if (slashed.startsWith('/') || /^[a-z]:/i.test(slashed)) {
    const hint = relativeHint(workspace, slashed);
    if (hint !== null || slashed.startsWith('/') || process.platform === 'win32') {
      const advice = hint === null ? '' : ` Use ${shown(hint)}.`;
      throw new RepositoryError(
        'outside',
        `${shown(asked)} is an absolute path; paths here are relative to the repository.${advice}`,
      );
    }
  }
  const parts = slashed.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) {
    throw new RepositoryError(
      'outside',
      `${shown(asked)} leaves the repository: ".." is not allowed.`,
    );
  }
  const path = parts.join('/');
  // Escaped bytes that are valid UTF-8 would be a second spelling of another path.
  const bytes = encodePath(path);
  return bytes === null ? path : decodePath(bytes);
}

function relativeHint(workspace: Workspace, absolute: string): RepositoryPath | null {
  for (const root of workspace.roots) {
    for (const folder of [root.folder, root.given]) {
      const start = `${folder.replaceAll(sep, '/').replace(/\/$/, '')}/`;
      if (absolute.startsWith(start)) return root.prefix + absolute.slice(start.length);
    }
  }
  return null;
}

async function resolveLinks(
  workspace: Workspace,
  named: RootedPath,
  signal: AbortSignal,
): Promise<RootedPath> {
  const path = named.root.prefix + named.relative;
  const absolute = absolutePath(named.root.folder, named.relative);
  if (absolute === null || path.includes('\0')) throw await notFound(workspace, path, signal);
  let real: Buffer;
  try {
    real = await realpath(absolute, { encoding: 'buffer' });
  } catch (error) {
    throw await accessFailure(workspace, path, absolute, error, signal);
  }
  const inside =
    insideOf(named.root, real) ??
    workspace.roots.map((root) => insideOf(root, real)).find((found) => found !== null);
  if (inside === undefined || inside === null) {
    throw new RepositoryError('outside', `${shown(path)} is a link that leaves the repository.`);
  }
  return inside;
}

function insideOf(root: Root, real: Buffer): RootedPath | null {
  const path = decodePath(real);
  if (path === root.folder) return { root, relative: '' };
  const start = root.folder.endsWith(sep) ? root.folder : root.folder + sep;
  if (!path.startsWith(start)) return null;
  const relative = path.slice(start.length);
  return {
    root,
    relative: process.platform === 'win32' ? relative.replaceAll('\\', '/') : relative,
  };
}

/** @throws {RepositoryError} `excluded` when the path is hidden by name. */
export function refuseHidden(workspace: Workspace, { root, relative }: RootedPath): void {
  const reason = workspace.visibility.hides(root, relative);
  if (reason !== null) throw excluded(root.prefix + relative, reason);
}

function excluded(path: RepositoryPath, reason: string): RepositoryError {
  return new RepositoryError('excluded', `${shown(path)} is excluded by ${reason}.`);
}

async function accessFailure(
  workspace: Workspace,
  path: RepositoryPath,
  absolute: string | Buffer,
  error: unknown,
  signal: AbortSignal,
): Promise<RepositoryError> {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM')
    return excluded(path, 'the permissions of the file system');
  if (code === 'ELOOP')
    return new RepositoryError('not-found', `${shown(path)} is a link to itself.`);
  const link = await lstat(absolute).catch(() => null);
  if (link?.isSymbolicLink()) {
    return new RepositoryError(
      'not-found',
      `${shown(path)} is a link to a file that does not exist.`,
    );
  }
  return notFound(workspace, path, signal);
}

/** The error for a path that does not exist, with the most similar paths. */
export async function notFound(
  workspace: Workspace,
  path: RepositoryPath,
  signal: AbortSignal,
): Promise<RepositoryError> {
  const near = await nearestPaths(workspace, path, signal);
  const advice =
    near.length === 0
      ? 'files() lists what is there.'
      : `Did you mean ${near.map(shown).join(', ')}?`;
  return new RepositoryError(
    'not-found',
    `There is no ${shown(path)} in the repository. ${advice}`,
  );
}
