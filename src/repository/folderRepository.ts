import { gitBlame } from './git/gitBlame';
import { gitDiff, gitShow } from './git/gitDiff';
import { gitLog } from './git/gitLog';
import { gitRevisions } from './git/gitRevisions';
import { ServerQueries } from './language/languageQueries';
import type { LanguageServers } from './language/languageServers';
import { fewFiles, files } from './listing/files';
import { fileCount } from './listing/listing';
import { tree } from './listing/tree';
import { overview } from './overview';
import { profile } from './profile';
import type {
  ChunkPlan,
  CountQuery,
  FileText,
  GitCommit,
  GitRevision,
  GrepQuery,
  GrepResult,
  LanguageQueries,
  RankedFile,
  Repository,
  RepositoryFile,
  RepositoryPath,
  RepositoryProfile,
  RepositoryRoot,
} from './repository';
import { chunks } from './search/chunks';
import { count } from './search/count';
import { grep } from './search/grep';
import { search } from './search/search';
import { readLines } from './text/readText';
import type { Workspace } from './workspace';

/** Folders on disk as a repository. Every operation is in a file of its own; this names them. */
export class FolderRepository implements Repository {
  readonly name: string;
  readonly roots: readonly RepositoryRoot[];
  readonly maxFileSize: number;
  readonly language: LanguageQueries | null;
  readonly #workspace: Workspace;

  constructor(workspace: Workspace, servers: LanguageServers | null) {
    this.#workspace = workspace;
    this.roots = workspace.roots.map(({ folder, prefix }) => ({ folder, prefix }));
    this.maxFileSize = workspace.maxFileSize;
    this.language = servers && new ServerQueries(workspace, servers);
    this.name = workspace.roots.map((root) => root.name).join(', ');
  }

  overview(signal: AbortSignal): Promise<string> {
    return overview(this.#workspace, signal);
  }

  fileCount(signal: AbortSignal): Promise<number> {
    return fileCount(this.#workspace, signal);
  }

  profile(mostFiles: number, signal: AbortSignal): Promise<RepositoryProfile> {
    return profile(this.#workspace, mostFiles, signal);
  }

  async notices(signal: AbortSignal): Promise<readonly string[]> {
    const { roots, ignoreFiles } = this.#workspace;
    const rules = await Promise.all(roots.map((root) => ignoreFiles.of(root, signal)));
    return rules.flatMap(({ notice }) => notice ?? []);
  }

  fewFiles(most: number, signal: AbortSignal): Promise<readonly RepositoryFile[] | null> {
    return fewFiles(this.#workspace, most, signal);
  }

  files(glob: string | null, signal: AbortSignal): Promise<readonly RepositoryFile[]> {
    return files(this.#workspace, glob, signal);
  }

  grep(query: GrepQuery, signal: AbortSignal): Promise<GrepResult> {
    return grep(this.#workspace, query, signal);
  }

  count(query: CountQuery, signal: AbortSignal): Promise<ReadonlyMap<RepositoryPath, number>> {
    return count(this.#workspace, query, signal);
  }

  tree(path: RepositoryPath, depth: number, signal: AbortSignal): Promise<string> {
    return tree(this.#workspace, path, depth, signal);
  }

  read(
    path: RepositoryPath,
    start: number,
    end: number | null,
    signal: AbortSignal,
  ): Promise<FileText> {
    return readLines(this.#workspace, path, start, end, signal);
  }

  search(words: string, k: number, signal: AbortSignal): Promise<readonly RankedFile[]> {
    return search(this.#workspace, words, k, signal);
  }

  chunks(
    selection: { readonly paths: readonly RepositoryPath[] } | { readonly glob: string },
    maxChars: number,
    signal: AbortSignal,
  ): Promise<readonly ChunkPlan[]> {
    return chunks(this.#workspace, selection, maxChars, signal);
  }

  gitRevisions(signal: AbortSignal): Promise<readonly GitRevision[]> {
    return gitRevisions(this.#workspace, signal);
  }

  gitLog(
    path: RepositoryPath | null,
    n: number,
    signal: AbortSignal,
  ): Promise<readonly GitCommit[]> {
    return gitLog(this.#workspace, path, n, signal);
  }

  gitBlame(path: RepositoryPath, start: number, end: number, signal: AbortSignal): Promise<string> {
    return gitBlame(this.#workspace, path, start, end, signal);
  }

  gitShow(revision: string, path: RepositoryPath | null, signal: AbortSignal): Promise<string> {
    return gitShow(this.#workspace, revision, path, signal);
  }

  gitDiff(
    a: string,
    b: string | null,
    path: RepositoryPath | null,
    signal: AbortSignal,
  ): Promise<string> {
    return gitDiff(this.#workspace, a, b, path, signal);
  }
}
