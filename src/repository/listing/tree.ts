import { byteCount, plural } from '../../ground/figures';
import type { RepositoryFile, RepositoryPath } from '../repository';
import { printableName } from '../text/printableName';
import type { Workspace } from '../workspace';
import { sizedFiles } from './files';
import { scopeOf } from './scopeOf';

/** The most lines of a listing: readable, and about 3,000 tokens. */
const lineLimit = 300;

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: { readonly name: string; readonly size: number }[];
  fileCount: number;
  size: number;
}

/** An indented listing, as `Repository.tree` says. */
export async function tree(
  workspace: Workspace,
  path: RepositoryPath,
  depth: number,
  signal: AbortSignal,
): Promise<string> {
  const scope = await scopeOf(workspace, path, null, signal);
  const listed = await sizedFiles(workspace, scope, signal);
  const at = scope.at === null ? '' : (scope.at.root.prefix + scope.at.relative).replace(/\/$/, '');
  if (listed.length === 1 && listed[0]?.path === at) return `${at} ${byteCount(listed[0].size)}`;
  const top = arrange(listed, at === '' ? 0 : at.length + 1);
  // The most entries per folder with which the listing stays within its limit.
  let lines: readonly string[] = [];
  for (const perFolder of [Number.POSITIVE_INFINITY, 100, 50, 25, 12, 6, 3, 1]) {
    lines = draw(top, depth, perFolder, '  ');
    if (lines.length <= lineLimit) break;
  }
  const cut =
    lines.length > lineLimit
      ? [...lines.slice(0, lineLimit), '  … (name a folder to see more)']
      : lines;
  return [`${at === '' ? '.' : at}/ ${summary(top)}`, ...cut].join('\n');
}

function arrange(files: readonly RepositoryFile[], skip: number): Folder {
  const top = emptyFolder();
  for (const { path, size } of files) {
    const parts = path.slice(skip).split('/');
    const name = parts.pop() ?? '';
    let folder = top;
    for (const part of parts) {
      addTo(folder, size);
      const next = folder.folders.get(part) ?? emptyFolder();
      folder.folders.set(part, next);
      folder = next;
    }
    addTo(folder, size);
    folder.files.push({ name, size });
  }
  return top;
}

function emptyFolder(): Folder {
  return { folders: new Map(), files: [], fileCount: 0, size: 0 };
}

function addTo(folder: Folder, size: number): void {
  folder.fileCount += 1;
  folder.size += size;
}

function draw(folder: Folder, depth: number, perFolder: number, indent: string): readonly string[] {
  const lines: string[] = [];
  const folders = [...folder.folders];
  for (const [name, inner] of folders.slice(0, perFolder)) {
    lines.push(`${indent}${printableName(name)}/ ${summary(inner)}`);
    if (depth > 1) lines.push(...draw(inner, depth - 1, perFolder, `${indent}  `));
  }
  const moreFolders = folders.length - perFolder;
  if (moreFolders > 0) lines.push(`${indent}… ${plural(moreFolders, 'more folder')}`);
  for (const { name, size } of folder.files.slice(0, perFolder)) {
    lines.push(`${indent}${printableName(name)} ${byteCount(size)}`);
  }
  const moreFiles = folder.files.length - perFolder;
  if (moreFiles > 0) lines.push(`${indent}… ${plural(moreFiles, 'more file')}`);
  return lines;
}

function summary({ fileCount, size }: Folder): string {
  return `(${plural(fileCount, 'file')}, ${byteCount(size)})`;
}
