import { isAbsolute, relative as relativePath } from 'node:path';
import { isVisible } from '../listing/listing';
import { admits, type Scope } from '../listing/walk';
import { secretBehind } from '../policy/secretLinks';
import type { RepositoryPath } from '../repository';
import type { Root, Workspace } from '../workspace';

/** The text of an unsaved editor, which replaces its file. */
export interface UnsavedText {
  readonly root: Root;
  readonly relative: RepositoryPath;
  readonly path: RepositoryPath;
  readonly text: string;
}

/** The unsaved editors within the scope, including those hidden by ignore files. */
export function unsavedIn(workspace: Workspace, scope: Scope): ReadonlyMap<string, UnsavedText> {
  const found = new Map<string, UnsavedText>();
  for (const [file, text] of workspace.unsaved()) {
    for (const root of workspace.roots) {
      const relative = below(root.folder, file) ?? below(root.given, file);
      if (relative === null || !admits(workspace, root, scope, relative)) continue;
      const path = root.prefix + relative;
      found.set(path, { root, relative, path, text });
    }
  }
  return found;
}

/** The path of a file relative to a folder, with "/" between parts; null if it is not inside. */
export function below(folder: string, file: string): RepositoryPath | null {
  const relative = relativePath(folder, file);
  if (relative === '' || isAbsolute(relative) || relative.split(/[\\/]/)[0] === '..') return null;
  return process.platform === 'win32' ? relative.replaceAll('\\', '/') : relative;
}

/** The unsaved editors within the scope whose files exist and are not ignored. */
export async function visibleUnsaved(
  workspace: Workspace,
  scope: Scope,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, UnsavedText>> {
  const visible = new Map<string, UnsavedText>();
  for (const [path, editor] of unsavedIn(workspace, scope)) {
    if (!(await isVisible(workspace, editor, signal))) continue;
    // The editor's file may be a secret one under another name.
    if ((await secretBehind(workspace, editor, signal)) === null) visible.set(path, editor);
  }
  return visible;
}
