import { readdir } from 'node:fs/promises';
import { RepositoryError } from './repository';
import { decodePath } from './text/pathCodec';
import { printableName } from './text/printableName';
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
  const entries = await readdir(root.folder, { withFileTypes: true, encoding: 'buffer' }).catch(
    (cause: unknown) => {
      throw new RepositoryError(
        'unavailable',
        `The folder ${root.folder} can't be listed any more.`,
        {
          cause,
        },
      );
    },
  );
  const visible = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => ({ name: decodePath(entry.name), folder: entry.isDirectory() }))
    .filter(({ name }) => workspace.visibility.hides(root, name) === null)
    .sort((a, b) => Number(b.folder) - Number(a.folder) || (a.name < b.name ? -1 : 1));
  return visible.map(({ name, folder }) => printableName(name) + (folder ? '/' : ''));
}
