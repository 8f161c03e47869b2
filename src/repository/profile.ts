import { readdir } from 'node:fs/promises';
import { languageOf } from './language/language';
import { listFiles } from './listing/listing';
import { locateFile } from './listing/locate';
import { everything } from './listing/walk';
import { RepositoryError, type RepositoryPath, type RepositoryProfile } from './repository';
import { sliceLines } from './text/lines';
import { decodePath } from './text/pathCodec';
import { readText } from './text/readText';
import type { Root, Workspace } from './workspace';

/** The lengths of the lists. */
const mostLanguages = 8;
const mostFolders = 16;
const mostBuildFiles = 20;
/** Deeper build files are those of examples and fixtures. */
const deepestBuildFile = 2;
/** The head of a README: lines, and characters. */
const readmeLines = 40;
const readmeChars = 1_500;

/** Names of files that say how a project is built, in lower case. */
const buildNames =
  /^(?:package\.json|pnpm-workspace\.yaml|deno\.jsonc?|cargo\.toml|pyproject\.toml|setup\.py|requirements\.txt|go\.(?:mod|work)|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|(?:gnu)?makefile|cmakelists\.txt|meson\.build|configure\.ac|(?:build|module|workspace)(?:\.bazel)?|gemfile|rakefile|composer\.json|mix\.exs|build\.sbt|package\.swift|pubspec\.yaml|flake\.nix|justfile|taskfile\.ya?ml|dune-project|stack\.yaml|rebar\.config|build\.zig|dockerfile|(?:docker-)?compose\.ya?ml|.+\.(?:sln|csproj|fsproj|cabal|gemspec))$/;

/**
 * A profile of the repository, as for `Repository.profile`, as complete as `timeMs` allows: one listing without file
 * sizes, and the first lines of the README.
 */
export async function profile(
  workspace: Workspace,
  timeMs: number,
  signal: AbortSignal,
): Promise<RepositoryProfile> {
  const deadline = performance.now() + timeMs;
  const time = new AbortController();
  const timer = setTimeout(() => time.abort(), timeMs);
  const both = AbortSignal.any([signal, time.signal]);
  try {
    const [tally, readme] = await Promise.all([
      tallyFiles(workspace, deadline, both, signal),
      findReadme(workspace, both, signal),
    ]);
    return { ...tally, readme };
  } finally {
    clearTimeout(timer);
  }
}

async function tallyFiles(
  workspace: Workspace,
  deadline: number,
  both: AbortSignal,
  signal: AbortSignal,
): Promise<Omit<RepositoryProfile, 'readme'>> {
  let files = 0;
  let complete = true;
  const languages = new Map<string, number>();
  const folders = new Map<string, number>();
  const buildFiles: RepositoryPath[] = [];
  const take = (root: Root, relative: RepositoryPath): boolean => {
    files += 1;
    addOne(languages, languageOf(relative));
    const slash = relative.indexOf('/');
    const folder = root.prefix + (slash < 0 ? '' : relative.slice(0, slash + 1));
    if (folder !== '') addOne(folders, folder);
    if (isBuildFile(relative)) buildFiles.push(root.prefix + relative);
    if (files % 256 !== 0 || performance.now() < deadline) return true;
    complete = false;
    return false;
  };
  try {
    await listFiles(workspace, everything, both, take);
  } catch (error) {
    signal.throwIfAborted();
    if (!both.aborted && !(error instanceof RepositoryError)) throw error;
    complete = false;
  }
  return {
    files,
    complete,
    languages: mostFirst(languages, mostLanguages).filter(({ name }) => name !== ''),
    folders: mostFirst(folders, mostFolders),
    buildFiles: buildFiles
      // An incomplete listing has a random choice of the deeper ones.
      .filter((path) => complete || folderDepth(workspace, path) === 0)
      .sort(byDepth)
      .slice(0, mostBuildFiles),
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

function folderDepth(workspace: Workspace, path: RepositoryPath): number {
  const prefix = workspace.roots.find((root) => path.startsWith(root.prefix))?.prefix ?? '';
  return path.slice(prefix.length).split('/').length - 1;
}

function byDepth(a: RepositoryPath, b: RepositoryPath): number {
  return a.split('/').length - b.split('/').length || (a < b ? -1 : 1);
}

/** The README of the first root that has a readable one. */
async function findReadme(
  workspace: Workspace,
  both: AbortSignal,
  signal: AbortSignal,
): Promise<RepositoryProfile['readme']> {
  try {
    for (const root of workspace.roots) {
      const name = await readmeName(root);
      if (name === undefined) continue;
      const located = await locateFile(workspace, root.prefix + name, both);
      const text = await readText(workspace, located, both);
      return { path: located.path, text: headOf(text) };
    }
  } catch (error) {
    signal.throwIfAborted();
    // Out of time, hidden, or not text: the first prompt does without it.
    if (!both.aborted && !(error instanceof RepositoryError)) throw error;
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

function headOf(text: string): string {
  const lines = sliceLines(text, 1, readmeLines).trimEnd();
  if (lines.length <= readmeChars) return lines;
  return `${lines.slice(0, readmeChars).replace(/[\uD800-\uDBFF]$/, '')} …`;
}
