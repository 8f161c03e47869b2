import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RepositoryPath } from '../repository';
import type { Root, RootedPath, Workspace } from '../workspace';
import type { Glob } from './glob';

/** The part of the repository that an operation is about. */
export interface Scope {
  /** Only this file, or files below this folder. */
  readonly at: RootedPath | null;
  readonly glob: Glob | null;
}

export const everything: Scope = { at: null, glob: null };

/** Whether a path, relative to the root, belongs to the scope and is not hidden. */
export function admits(workspace: Workspace, root: Root, scope: Scope, relative: string): boolean {
  if (!inScope(root, scope, relative)) return false;
  const { hidden } = workspace.links;
  if (hidden.size > 0 && hidden.has(root.prefix + relative)) return false;
  return workspace.visibility.hides(root, relative) === null;
}

/** Whether a path, relative to the root, belongs to the scope. */
export function inScope(root: Root, scope: Scope, relative: string): boolean {
  const at = scope.at;
  if (at !== null) {
    if (at.root !== root) return false;
    const inside =
      at.relative === '' || relative === at.relative || relative.startsWith(`${at.relative}/`);
    if (!inside) return false;
  }
  return scope.glob === null || scope.glob.matches(root.prefix + relative);
}

/**
 * Calls `use` for each root, until it returns false, with the options that make ripgrep walk the visible part of the
 * scope, and the files outside of the root that ripgrep reads for that. Paths are reported relative to the root's
 * folder, after "./".
 *
 * The scope is passed as an ignore file, not as `--glob` or path arguments: those override .gitignore and would show
 * what it hides. It only avoids needless walking: a repository's own `!rule` beats it, so results must still pass
 * `admits`.
 */
export async function walk(
  workspace: Workspace,
  scope: Scope,
  signal: AbortSignal,
  use: (root: Root, args: readonly string[], readable: readonly string[]) => Promise<boolean>,
): Promise<void> {
  await checkGlob(workspace, scope.glob, signal);
  for (const root of workspace.roots) {
    const lines = scopeLines(root, scope);
    if (lines === null) continue;
    const rules = await workspace.ignoreFiles.of(root, signal);
    const args = [...walkArguments(workspace, root), ...rules.args];
    const more = await withIgnoreFile(lines, (file) =>
      file === null
        ? use(root, args, rules.readable)
        : use(root, [...args, `--ignore-file=${file}`], [...rules.readable, file]),
    );
    if (!more) return;
  }
}

/** ripgrep skips a broken line of an ignore file silently, but complains about a broken `--glob`. */
async function checkGlob(
  workspace: Workspace,
  glob: Glob | null,
  signal: AbortSignal,
): Promise<void> {
  const root = workspace.roots[0];
  if (glob === null || root === undefined || !/[[\]{}\\]/.test(glob.source)) return;
  const args = ['--files', '--max-depth=0', `--glob=!${glob.source.replace(/^!/, '')}`, '--', './'];
  await workspace.ripgrep.run({ args, cwd: root.folder, signal, onData: () => true });
}

function walkArguments(workspace: Workspace, root: Root): readonly string[] {
  return [
    '--no-messages',
    '--no-ignore-messages',
    '--color=never',
    '--hidden',
    '--no-require-git',
    ...workspace.visibility.ripgrepGlobs(root).map((glob) => `--glob=${glob}`),
  ];
}

function scopeLines(root: Root, scope: Scope): readonly string[] | null {
  if (scope.at !== null && scope.at.root !== root) return null;
  const globLines = scope.glob === null ? [] : scope.glob.ignoreLines(root.prefix);
  if (globLines === null) return null;
  const pathLines =
    scope.at === null || scope.at.relative === '' ? [] : linesToward(scope.at.relative);
  return [...globLines, ...pathLines];
}

/** Rules that ignore everything but the way to a path: `/*`, `!/src`, `/src/*`, `!/src/a.ts`. */
function linesToward(relative: RepositoryPath): readonly string[] {
  const lines: string[] = [];
  let folder = '';
  for (const part of relative.split('/')) {
    lines.push(`${folder}/*`);
    folder += `/${plainPattern(part)}`;
    lines.push(`!${folder}`);
  }
  return lines;
}

/** A name as a pattern: each byte that a pattern can't have, or would interpret, becomes `?`. */
function plainPattern(name: string): string {
  return name.replace(/[\uD800-\uDFFF]|[^\p{L}\p{N}\p{M}_.-]/gu, (character) =>
    '?'.repeat(character.isWellFormed() ? Buffer.byteLength(character) : 1),
  );
}

async function withIgnoreFile<T>(
  lines: readonly string[],
  use: (file: string | null) => Promise<T>,
): Promise<T> {
  if (lines.length === 0) return use(null);
  const folder = await mkdtemp(join(tmpdir(), 'fathom-'));
  try {
    const file = join(folder, 'scope');
    await writeFile(file, `${lines.join('\n')}\n`);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
