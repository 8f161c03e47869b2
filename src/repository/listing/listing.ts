import { rgPath } from '../programs/rgPath';
import type { RepositoryPath } from '../repository';
import { Records } from '../search/records';
import type { Root, RootedPath, Workspace } from '../workspace';
import { admits, everything, type Scope, walk } from './walk';

/**
 * Streams the visible files of a scope, in no order, until `use` returns false. Paths are relative to
 * the root.
 */
export async function listFiles(
  workspace: Workspace,
  scope: Scope,
  signal: AbortSignal,
  use: (root: Root, relative: RepositoryPath) => boolean,
): Promise<void> {
  await walk(workspace, scope, signal, async (root, args, readable) => {
    const records = new Records(0);
    let more = true;
    await workspace.ripgrep.run({
      args: [...args, '--files', '--null', '--', './'],
      cwd: root.folder,
      readable,
      signal,
      onData: (chunk) => {
        more = records.push(chunk, (record) => {
          const relative = rgPath(record);
          if (!admits(workspace, root, scope, relative)) return true;
          workspace.seen.add(root.prefix + relative);
          return use(root, relative);
        });
        return more;
      },
    });
    return more;
  });
}

/** Whether policy and ignore files show a file, or any file of a folder. */
export async function isVisible(
  workspace: Workspace,
  at: RootedPath,
  signal: AbortSignal,
): Promise<boolean> {
  if (workspace.seen.has(at.root.prefix + at.relative)) return true;
  let visible = false;
  await listFiles(workspace, { at, glob: null }, signal, () => {
    visible = true;
    return false;
  });
  return visible;
}

/** How many files policy shows. */
export async function fileCount(workspace: Workspace, signal: AbortSignal): Promise<number> {
  let count = 0;
  await listFiles(workspace, everything, signal, () => {
    count += 1;
    return true;
  });
  return count;
}
