import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { openRepository, type RepositoryOptions } from '../../../src/repository/openRepository';
import type { GrepQuery, Repository } from '../../../src/repository/repository';
import { temporaryFolder } from '../../host/folders';

/** Contents of files by path, in a form that is easy to write down. */
export type Files = Readonly<Record<string, string | Buffer>>;

export interface WorkspaceFolder extends AsyncDisposable {
  readonly path: string;
  write(files: Files): Promise<void>;
  /** A file whose name is bytes. */
  writeBytes(name: Buffer, content: string): Promise<void>;
  open(options?: Partial<RepositoryOptions>): Promise<Repository>;
}

/** A folder with files in it, gone when it is disposed. */
export async function workspaceFolder(files: Files = {}): Promise<WorkspaceFolder> {
  const folder = await temporaryFolder('repository');
  const workspace: WorkspaceFolder = {
    path: folder.path,
    async write(more) {
      for (const [name, content] of Object.entries(more)) {
        const file = join(folder.path, name);
        await mkdir(join(file, '..'), { recursive: true });
        await writeFile(file, content);
      }
    },
    writeBytes: (name, content) =>
      writeFile(Buffer.concat([Buffer.from(`${folder.path}/`), name]), content),
    open: (options = {}) => openRepository([folder.path], { ripgrep: rgPath, ...options }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
  await workspace.write(files);
  return workspace;
}

/** A signal that never aborts. */
export const calm: AbortSignal = new AbortController().signal;

/** A query with nothing special about it. */
export function query(pattern: string, special: Partial<GrepQuery> = {}): GrepQuery {
  return {
    pattern,
    glob: null,
    path: null,
    ignoreCase: false,
    fixed: false,
    word: false,
    multiline: false,
    before: 0,
    after: 0,
    maxCount: 1000,
    ...special,
  };
}

/** The paths of all files, or of those that a glob matches. */
export async function pathsOf(
  repository: Repository,
  glob: string | null = null,
): Promise<readonly string[]> {
  return (await repository.files(glob, calm)).map(({ path }) => path);
}

/** `path:line:column:text` of what a search finds. */
export async function grepLines(
  repository: Repository,
  pattern: string,
  special: Partial<GrepQuery> = {},
): Promise<readonly string[]> {
  const { matches } = await repository.grep(query(pattern, special), calm);
  return matches.map(({ path, line, column, text }) => `${path}:${line}:${column}:${text}`);
}
