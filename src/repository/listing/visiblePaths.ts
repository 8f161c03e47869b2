import { withoutSecretLinks } from '../policy/secretLinks';
import type { RepositoryPath } from '../repository';
import { below } from '../text/unsaved';
import type { RootedPath, Workspace } from '../workspace';
import { isVisible, listFiles } from './listing';
import { admits, everything } from './walk';

/** More files are looked up in one listing instead of one by one. */
const mostSingly = 8;

/**
 * The repository's paths of some files. Leaves out files outside of it, and those hidden by policy or ignore files.
 * @param files absolute paths.
 */
export async function visiblePaths(
  workspace: Workspace,
  files: Iterable<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RepositoryPath>> {
  const found = new Map<string, RootedPath>();
  for (const file of new Set(files)) {
    const at = rooted(workspace, file);
    if (at) found.set(file, at);
  }
  const visible = new Set<RepositoryPath>();
  const unseen = new Map([...found.values()].map((at) => [at.root.prefix + at.relative, at]));
  if (unseen.size <= mostSingly) {
    for (const [path, at] of unseen) if (await isVisible(workspace, at, signal)) visible.add(path);
  } else {
    await listFiles(workspace, everything, signal, (root, relative) => {
      const path = root.prefix + relative;
      if (unseen.has(path)) visible.add(path);
      return visible.size < unseen.size;
    });
  }
  const paths = new Map<string, RepositoryPath>();
  const shown = [...found]
    .map(([file, at]) => ({ file, ...at }))
    .filter(({ root, relative }) => visible.has(root.prefix + relative));
  for (const { file, root, relative } of await withoutSecretLinks(workspace, shown, signal)) {
    paths.set(file, root.prefix + relative);
  }
  return paths;
}

function rooted(workspace: Workspace, file: string): RootedPath | null {
  for (const root of workspace.roots) {
    const relative = below(root.folder, file) ?? below(root.given, file);
    if (relative !== null && admits(workspace, root, everything, relative)) {
      return { root, relative };
    }
  }
  return null;
}
