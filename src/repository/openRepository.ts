import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorCode } from '../ground/fileFailure';
import { FolderRepository } from './folderRepository';
import type { LanguageServers } from './language/languageServers';
import { folderPrefixes } from './listing/folderPrefixes';
import { IgnoreFiles } from './listing/ignoreRules';
import { SeenPaths } from './listing/seenPaths';
import { LinkVerdicts } from './policy/linkVerdicts';
import { excludes, visibility } from './policy/visibility';
import { Programs, type ProgramsOptions } from './programs/programs';
import { Ripgrep } from './programs/ripgrep';
import { type Repository, RepositoryError } from './repository';
import { defaultMaxFileSize } from './text/maxFileSize';
import type { Root } from './workspace';

export interface RepositoryOptions {
  /** Path of the ripgrep executable. */
  readonly ripgrep: string;
  /** More globs to hide, as in VS Code's `files.exclude`: relative to each folder. */
  readonly exclude?: readonly string[];
  /** Globs of files that the user allows in spite of the secret-file policy. */
  readonly allowSecrets?: readonly string[];
  /** In bytes; bigger files are listed, but not searched or read. Default: `defaultMaxFileSize`. */
  readonly maxFileSize?: number;
  /** Texts of unsaved editors by absolute path. They replace their files everywhere. */
  readonly unsaved?: () => ReadonlyMap<string, string>;
  /** The editor's language servers; none by default. */
  readonly languageServers?: LanguageServers;
  /** The folder of the user's own secrets, which may have another name in the repository. Default: home. */
  readonly home?: string;
  /** How processes of Git and ripgrep are run. */
  readonly programs?: ProgramsOptions;
}

/** A folder with its own options. */
export interface RepositoryFolder {
  readonly path: string;
  /** The beginning of the paths in it: "", or a text that ends with "/". Unique among the folders. */
  readonly prefix?: string;
  /** More globs that hide files of this folder; relative to it. */
  readonly exclude?: readonly string[];
}

/**
 * Opens folders as one repository. Nothing is listed or read yet, so it works for empty folders and without ripgrep.
 * @throws {RepositoryError} `bad-argument` when a folder is missing, not a folder, or unreadable.
 */
export async function openRepository(
  folders: readonly (string | RepositoryFolder)[],
  options: RepositoryOptions,
): Promise<Repository> {
  if (folders.length === 0) throw new RepositoryError('bad-argument', 'No folder was given.');
  const programs = new Programs(options.programs);
  const shown = visibility(options.allowSecrets ?? []);
  const workspace = {
    roots: await openRoots(folders, options.exclude ?? []),
    ripgrep: new Ripgrep(resolve(options.ripgrep), programs),
    programs,
    ignoreFiles: new IgnoreFiles(shown),
    visibility: shown,
    maxFileSize: options.maxFileSize ?? defaultMaxFileSize,
    unsaved: options.unsaved ?? (() => new Map()),
    seen: new SeenPaths(),
    links: new LinkVerdicts(),
    home: options.home ?? null,
  };
  return new FolderRepository(workspace, options.languageServers ?? null);
}

/** One root for each given folder, even if two paths lead to the same one. */
async function openRoots(
  given: readonly (string | RepositoryFolder)[],
  excludeEverywhere: readonly string[],
): Promise<readonly Root[]> {
  const folders = given.map(
    (one): RepositoryFolder => (typeof one === 'string' ? { path: one } : one),
  );
  const names = folderPrefixes(folders.map(({ path }) => resolve(path)));
  const roots: Root[] = [];
  for (const [index, { name, prefix }] of names.entries()) {
    const folder = folders[index];
    if (folder === undefined) continue;
    const opened = await openFolder(folder.path);
    if (roots.some((other) => other.folder === opened.folder)) continue;
    const hidden = excludes([...excludeEverywhere, ...(folder.exclude ?? [])]);
    roots.push({ ...opened, name, prefix: folder.prefix ?? prefix, excludes: hidden });
  }
  return roots;
}

async function openFolder(given: string): Promise<Omit<Root, 'prefix' | 'name' | 'excludes'>> {
  const absolute = resolve(given);
  let folder: string;
  try {
    folder = await realpath(absolute);
    if (!(await stat(folder)).isDirectory()) {
      throw new RepositoryError(
        'bad-argument',
        `${given} is not a folder. Give the folder that it is in.`,
      );
    }
    await access(folder, constants.R_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof RepositoryError) throw error;
    throw new RepositoryError('bad-argument', openFailure(given, error), { cause: error });
  }
  return { folder, given: absolute, partOfGitRepository: await isInsideGitRepository(folder) };
}

function openFailure(given: string, error: unknown): string {
  const code = errorCode(error);
  switch (code) {
    case 'ENOENT':
      return `The folder ${given} does not exist.`;
    case 'ENOTDIR':
      return `${given} is not a folder: a part of its path is a file.`;
    case 'EACCES':
    case 'EPERM':
      return `The folder ${given} can't be read: permission denied.`;
    default:
      return `The folder ${given} can't be opened (${String(code ?? error)}).`;
  }
}

/** Whether a folder above has a `.git`, but not this one. */
async function isInsideGitRepository(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await stat(join(at, '.git')).catch(() => null);
    if (found !== null) return at !== folder;
    if (dirname(at) === at) return false;
  }
}
