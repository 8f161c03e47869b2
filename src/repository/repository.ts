/** The workspace as data. Nothing is listed or read until it is asked for. */
export interface Repository {
  /** For people: the folder's name, or the names of several. */
  readonly name: string;
  readonly roots: readonly RepositoryRoot[];
  /** In bytes; larger files are listed, but neither searched nor read. */
  readonly maxFileSize: number;
  /** What the language servers of an editor know of it; null where there are none. */
  readonly language: LanguageQueries | null;
  /**
   * The names at the top level (of each root), folders first and with "/", for the first prompt: one
   * readdir, no listing, no file sizes; at most some 100 names and then how many more. Secret files and
   * excluded names are left out as far as that needs no ripgrep.
   */
  overview(signal: AbortSignal): Promise<string>;
  /**
   * What the repository is made of, for the first prompt: the same for the same files. Of one with more
   * than `mostFiles` only that is known, and its README.
   */
  profile(mostFiles: number, signal: AbortSignal): Promise<RepositoryProfile>;
  /**
   * What is unusual about the repository, in words for models and people: ignore files that do not count,
   * because they are no regular files. Looks through all folders, once.
   */
  notices(signal: AbortSignal): Promise<readonly string[]>;
  /** All files with their sizes, sorted by path; null when there are more than `most`. */
  fewFiles(most: number, signal: AbortSignal): Promise<readonly RepositoryFile[] | null>;
  /** How many files policy shows, without holding or measuring them. */
  fileCount(signal: AbortSignal): Promise<number>;
  /**
   * Every file that policy shows, sorted by path. A glob is .gitignore-like: without a slash it names
   * files or folders at any depth, with one it starts at the repository's top; `!` inverts it.
   */
  files(glob: string | null, signal: AbortSignal): Promise<readonly RepositoryFile[]>;
  grep(query: GrepQuery, signal: AbortSignal): Promise<GrepResult>;
  /** Matching lines per file, without the lines. */
  count(query: CountQuery, signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** An indented listing with sizes and file counts, cut to a readable length. */
  tree(path: string, depth: number, signal: AbortSignal): Promise<string>;
  /**
   * Lines `start..end` (1-based, inclusive; `end` null is the last) of a text file. Lines end at "\n",
   * as ripgrep counts them; "\r\n" is given as "\n". The text keeps its last line end, so that ranges
   * that follow each other add up to the file.
   */
  read(path: string, start: number, end: number | null, signal: AbortSignal): Promise<FileText>;
  /** Files ranked for words: BM25 over ripgrep counts. */
  search(words: string, k: number, signal: AbortSignal): Promise<readonly RankedFile[]>;
  /**
   * Packs files into prompt-sized pieces, split on line ends. Texts are fetched with `read`. Binary,
   * empty and too large files are left out. A single line longer than `maxChars` is a chunk by itself.
   */
  chunks(
    selection: { readonly paths: readonly string[] } | { readonly glob: string },
    maxChars: number,
    signal: AbortSignal,
  ): Promise<readonly ChunkPlan[]>;
  /** Tags and recent commits, for people to choose from. */
  gitRevisions(signal: AbortSignal): Promise<readonly GitRevision[]>;
  gitLog(path: string | null, n: number, signal: AbortSignal): Promise<readonly GitCommit[]>;
  gitBlame(path: string, start: number, end: number, signal: AbortSignal): Promise<string>;
  gitShow(revision: string, path: string | null, signal: AbortSignal): Promise<string>;
  gitDiff(a: string, b: string | null, path: string | null, signal: AbortSignal): Promise<string>;
}

/** One workspace folder. With several, its paths start with `prefix`. */
export interface RepositoryRoot {
  /** Absolute path on disk, symlinks resolved. */
  readonly folder: string;
  /** "" for a single root, else the folder's (unique) name followed by "/". */
  readonly prefix: string;
}

/**
 * A path inside the repository: relative, with "/" between parts. Bytes that are not UTF-8 are lone
 * surrogates U+DC80..U+DCFF, as Python's `surrogateescape` has them.
 */
export type RepositoryPath = string;

export interface RepositoryFile {
  readonly path: RepositoryPath;
  /** In bytes. */
  readonly size: number;
  /** For example "TypeScript"; "" when unknown. */
  readonly language: string;
}

/** A first look at a repository. */
export interface RepositoryProfile {
  /** Files that policy shows; at least so many when the listing is not complete. */
  readonly files: number;
  readonly complete: boolean;
  /** By number of files, the most common first. */
  readonly languages: readonly { readonly name: string; readonly files: number }[];
  /** Folders at the top (of each root), the fullest first; names end with "/". */
  readonly folders: readonly { readonly name: string; readonly files: number }[];
  /** Files that say how it is built, at the top and two folders down, the topmost first. */
  readonly buildFiles: readonly RepositoryPath[];
  /** The first lines of the README at the top, without badges, pictures and HTML. */
  readonly readme: { readonly path: RepositoryPath; readonly text: string } | null;
}

export interface CountQuery {
  /** ripgrep's regular expression syntax, or plain text with `fixed`. */
  readonly pattern: string;
  readonly glob: string | null;
  /** Only below this folder, or only this file. */
  readonly path: RepositoryPath | null;
  readonly ignoreCase: boolean;
  readonly fixed: boolean;
  readonly word: boolean;
  readonly multiline: boolean;
}

export interface GrepQuery extends CountQuery {
  /** Context lines before and after each match. */
  readonly before: number;
  readonly after: number;
  /** Stop after this many matches; the search is cancelled then. */
  readonly maxCount: number;
}

export interface GrepMatch {
  readonly path: RepositoryPath;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in characters (Unicode code points), of the first submatch. 0 for a context line. */
  readonly column: number;
  /** The line (or, multi-line, lines) without its line end; very long ones are cut around the match. */
  readonly text: string;
}

export interface GrepResult {
  /** Sorted by path and line; context lines have column 0. */
  readonly matches: readonly GrepMatch[];
  /** Matches found, context lines not counted; a lower bound when truncated. */
  readonly total: number;
  readonly truncated: boolean;
  /** Files of the scope that are secret ones under another name, as far as is known; not searched. */
  readonly leftOut?: readonly RepositoryPath[];
}

export interface FileText {
  readonly path: RepositoryPath;
  readonly text: string;
  /** 1-based, inclusive. `end` is `start - 1` for an empty range. */
  readonly start: number;
  readonly end: number;
  /** Lines in the whole file. */
  readonly totalLines: number;
}

export interface RankedFile {
  readonly path: RepositoryPath;
  /** BM25, higher is better. */
  readonly score: number;
  /** Matches per word of the question, with its other forms; only words that matched. */
  readonly hits: Readonly<Record<string, number>>;
}

/** One prompt-sized piece: line ranges of one or more files. */
export interface ChunkPlan {
  readonly pieces: readonly ChunkPiece[];
  /** Characters of all pieces together, headers not counted. */
  readonly chars: number;
}

export interface ChunkPiece {
  readonly path: RepositoryPath;
  readonly start: number;
  readonly end: number;
}

export interface GitRevision {
  readonly kind: 'tag' | 'commit';
  /** As Git takes it. */
  readonly name: string;
  /** `2026-01-31` */
  readonly date: string;
  readonly subject: string;
}

export interface GitCommit {
  readonly hash: string;
  readonly author: string;
  /** ISO 8601. */
  readonly date: string;
  readonly subject: string;
}

/** What the language servers of an editor know. All throw a `RepositoryError`. */
export interface LanguageQueries {
  /** Symbols by name, in all files of the languages that have a server. */
  symbols(query: string, signal: AbortSignal): Promise<Places<SymbolPlace>>;
  /** What a file declares. */
  outline(path: RepositoryPath, signal: AbortSignal): Promise<Places<SymbolPlace>>;
  definition(at: SymbolInLine, signal: AbortSignal): Promise<Places<GrepMatch>>;
  references(at: SymbolInLine, signal: AbortSignal): Promise<Places<GrepMatch>>;
  /** The calls of a function. */
  callers(at: SymbolInLine, signal: AbortSignal): Promise<Places<CallPlace>>;
  /** Errors and warnings of one file, or all that the editor knows of. */
  diagnostics(path: RepositoryPath | null, signal: AbortSignal): Promise<Places<DiagnosticPlace>>;
}

/** Places that a server named, in files of the context. */
export interface Places<P> {
  /** At most 1,000, in the server's order. */
  readonly places: readonly P[];
  /** How many there are in the context. */
  readonly total: number;
  /** How many more are outside of it, or in files that policy hides. */
  readonly elsewhere: number;
}

export interface SymbolPlace {
  readonly path: RepositoryPath;
  readonly line: number;
  /** The last line of its body. */
  readonly end: number;
  readonly name: string;
  readonly kind: string;
  /** "" for none. */
  readonly container: string;
}

export interface CallPlace extends GrepMatch {
  /** The function that the call is in. */
  readonly caller: string;
}

export interface DiagnosticPlace {
  readonly path: RepositoryPath;
  readonly line: number;
  readonly severity: string;
  readonly message: string;
  readonly source: string;
}

/** A symbol in a line of a file. */
export interface SymbolInLine {
  readonly path: RepositoryPath;
  readonly line: number;
  readonly symbol: string;
}

/** What is wrong with a request, in terms of the exception that Python code should see. */
export type RepositoryErrorKind =
  | 'not-found'
  | 'excluded'
  | 'outside'
  | 'binary'
  | 'too-large'
  | 'bad-pattern'
  | 'bad-argument'
  | 'not-a-git-repository'
  | 'unavailable';

/** A request that can't be answered. The message says what is wrong and what would be right. */
export class RepositoryError extends Error {
  override readonly name = 'RepositoryError';
  readonly kind: RepositoryErrorKind;

  constructor(kind: RepositoryErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
