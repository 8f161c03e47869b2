import { readdir } from 'node:fs/promises';
import { languageOf } from './language/language';
import { listFiles } from './listing/listing';
import { locateFile } from './listing/locate';
import { everything } from './listing/walk';
import { readmeHead } from './readmeHead';
import { RepositoryError, type RepositoryPath, type RepositoryProfile } from './repository';
import { decodePath } from './text/pathCodec';
import { readText } from './text/readText';
import type { Root, Workspace } from './workspace';

/** Of each list, what a first look needs. */
const mostLanguages = 8;
const mostFolders = 16;
const mostBuildFiles = 20;
/** Build files further down are those of examples and fixtures. */
const deepestBuildFile = 2;
/** Names of files that say how a project is built, in lower case. */
const buildNames =
  /^(?:package\.json|pnpm-workspace\.yaml|deno\.jsonc?|cargo\.toml|pyproject\.toml|setup\.py|requirements\.txt|go\.(?:mod|work)|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|(?:gnu)?makefile|cmakelists\.txt|meson\.build|configure\.ac|(?:build|module|workspace)(?:\.bazel)?|gemfile|rakefile|composer\.json|mix\.exs|build\.sbt|package\.swift|pubspec\.yaml|flake\.nix|justfile|taskfile\.ya?ml|dune-project|stack\.yaml|rebar\.config|build\.zig|dockerfile|(?:docker-)?compose\.ya?ml|.+\.(?:sln|csproj|fsproj|cabal|gemspec))$/;

/**
 * What a repository is made of, as `Repository.profile` says. One listing, no file sizes, and the first
 * lines of the README. The same for the same files, however long it takes: ripgrep lists in no order, so
 * that a part of a listing would be another one each time.
 */
export async function profile(
  workspace: Workspace,
  mostFiles: number,
  signal: AbortSignal,
): Promise<RepositoryProfile> {
  const [tally, readme] = await Promise.all([
    tallyFiles(workspace, mostFiles, signal),
    findReadme(workspace, signal),
  ]);
  return { ...tally, readme };
}

async function tallyFiles(
  workspace: Workspace,
  mostFiles: number,
  signal: AbortSignal,
): Promise<Omit<RepositoryProfile, 'readme'>> {
  let files = 0;
  const languages = new Map<string, number>();
  const folders = new Map<string, number>();
  const buildFiles: RepositoryPath[] = [];
  const take = (root: Root, relative: RepositoryPath): boolean => {
    files += 1;
    if (files > mostFiles) return false;
    addOne(languages, languageOf(relative));
    const slash = relative.indexOf('/');
    const folder = root.prefix + (slash < 0 ? '' : relative.slice(0, slash + 1));
    if (folder !== '') addOne(folders, folder);
    if (isBuildFile(relative)) buildFiles.push(root.prefix + relative);
    return true;
  };
  const unknown = { complete: false, languages: [], folders: [], buildFiles: [] };
  try {
    await listFiles(workspace, everything, signal, take);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RepositoryError)) throw error;
    return { ...unknown, files: 0 };
  }
  if (files > mostFiles) return { ...unknown, files: mostFiles };
  return {
    files,
    complete: true,
    languages: mostFirst(languages, mostLanguages).filter(({ name }) => name !== ''),
    folders: mostFirst(folders, mostFolders),
    buildFiles: buildFiles.sort(byDepth).slice(0, mostBuildFiles),
  };
}

/** Folders of other people's code. */
const foreign = /^(?:node_modules|bower_components|vendor|third[-_]party|external)$/;

function addOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function mostFirst(counts: ReadonlyMap<string, number>, most: number) {
  return [...counts]
    .map(([name, files]) => ({ name, files }))
    .sort((a, b) => b.files - a.files || (a.name < b.name ? -1 : 1))
    .slice(0, most);
}

function isBuildFile(relative: RepositoryPath): boolean {
  const parts = relative.split('/', deepestBuildFile + 2);
  if (parts.length > deepestBuildFile + 1 || parts.some((part) => foreign.test(part))) return false;
  return buildNames.test((parts.at(-1) ?? '').toLowerCase());
}

function byDepth(a: RepositoryPath, b: RepositoryPath): number {
  return a.split('/').length - b.split('/').length || (a < b ? -1 : 1);
}

/** The first root's README that can be read. */
async function findReadme(
  workspace: Workspace,
  signal: AbortSignal,
): Promise<RepositoryProfile['readme']> {
  try {
    for (const root of workspace.roots) {
      const name = await readmeName(root);
      if (name === undefined) continue;
      const located = await locateFile(workspace, root.prefix + name, signal);
      const text = await readText(workspace, located, signal);
      return { path: located.path, text: readmeHead(text) };
    }
  } catch (error) {
    signal.throwIfAborted();
    // Hidden, or no text: the first prompt does without it.
    if (!(error instanceof RepositoryError)) throw error;
  }
  return null;
}

async function readmeName(root: Root): Promise<string | undefined> {
  const entries = await readdir(root.folder, { withFileTypes: true, encoding: 'buffer' }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => decodePath(entry.name))
    .filter((name) => /^readme(?:\.(?:md|markdown|rst|txt|adoc|org))?$/i.test(name))
    .sort((a, b) => b.length - a.length)
    .sort((a, b) => Number(/\.md$/i.test(b)) - Number(/\.md$/i.test(a)))[0];
}
