import { relative } from 'node:path';
import { foldersOnDisk } from '../foldersOnDisk';
import { citedFile } from './citedFile';
import { hasLines } from './citedPlace';
import { isFileInsideSync } from './insideFolders';

/**
 * The link to a line of a cited file, as the Markdown preview resolves it: relative to the first workspace
 * folder. Null when there is no such file. Synchronous, as the preview's rendering is.
 */
export function previewHref(path: string, line: number): string | null {
  const folders = foldersOnDisk();
  const [first] = folders;
  const file = citedFile(path)?.fsPath;
  if (
    !first ||
    file === undefined ||
    !isFileInsideSync(
      file,
      folders.map(({ uri }) => uri.fsPath),
    )
  )
    return null;
  const steps = relative(first.uri.fsPath, file).split(/[/\\]/);
  return `/${steps.map(encodeURIComponent).join('/')}${hasLines(path) ? `#L${line}` : ''}`;
}
