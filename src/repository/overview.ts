import { readdir } from 'node:fs/promises';
import { decodePath } from './pathCodec';
import type { Root, Workspace } from './workspace';

/** Names shown per root. */
const nameLimit = 100;

/** The names at the top level, as `Repository.overview` says. */
export async function overview(workspace: Workspace, signal: AbortSignal): Promise<string> {
  const parts: string[] = [];
  for (const root of workspace.roots) {
    signal.throwIfAborted();
    const names = (await topNames(workspace, root)).map((name) => root.prefix + name);
    const more = names.length - nameLimit;
    parts.push(...names.slice(0, nameLimit), ...(more > 0 ? [`… and ${more} more`] : []));
  }
  return parts.join('\n');
}

async function topNames(workspace: Workspace, root: Root): Promise<readonly string[]> {
  const entries = await readdir(root.folder, { withFileTypes: true, encoding: 'buffer' });
  const visible = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => ({ name: decodePath(entry.name), folder: entry.isDirectory() }))
    .filter(({ name }) => workspace.visibility.hides(name) === null)
    .sort((a, b) => Number(b.folder) - Number(a.folder) || (a.name < b.name ? -1 : 1));
  return visible.map(({ name, folder }) => printableName(name) + (folder ? '/' : ''));
}

/** A name on one line: a file may be called "a newline b". */
export function printableName(name: string): string {
  return /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name) ? JSON.stringify(name) : name;
}
