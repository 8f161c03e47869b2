import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { everything } from '../listing/walk';
import type { LinkedFile } from '../policy/fileIdentity';
import { linkedFile, secretBehind } from '../policy/secretLinks';
import { RepositoryError, type RepositoryPath } from '../repository';
import { isSameFile, ReplacedFileError, readCheckedSync } from '../text/checkedFile';
import { decodePath, encodePath } from '../text/pathCodec';
import { Turns } from '../text/turns';
import { type UnsavedText, unsavedIn } from '../text/unsaved';
import type { RootedPath, Workspace } from '../workspace';
import { type CoreSettings, readCoreSettings } from './coreSettings';
import { gitFolderAt } from './findGitFolder';
import { type IndexEntry, parseIndex } from './gitIndex';
import type { GitRepository } from './gitRepository';
import { readPlainFile } from './plainFile';
import { readRefs } from './readRefs';
import { objectId, type Scratch, type TreeFile } from './scratch';

/** Files that differ between a commit and the work tree. Paths are relative to the root, one character per byte. */
export interface WorkTreeChanges {
  readonly before: ReadonlyMap<string, TreeFile>;
  readonly after: ReadonlyMap<string, TreeFile>;
  /** Hidden files that changed or may have changed. They are not read. */
  readonly hidden: readonly RepositoryPath[];
  /** Files that can't be compared, with the reasons. */
  readonly notCompared: readonly string[];
}

/** The most bytes: of an index, of the list of a commit's files, and of all changed files together. */
const indexLimit = 256 * 1024 * 1024;
const listLimit = 256 * 1024 * 1024;
const changedLimit = 256 * 1024 * 1024;
/** How long comparing may take, in milliseconds. */
const deadlineMs = 60_000;

/**
 * What changed in the work tree since a commit. Git would run programs that the repository names (filters) on the
 * files, so Fathom compares them itself, and writes the changed ones as objects.
 * @param commit a full hash.
 * @param at only this file, or files below this folder.
 */
export async function workTreeChanges(
  workspace: Workspace,
  repository: GitRepository,
  commit: string,
  at: RootedPath | null,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<WorkTreeChanges> {
  const scope = repository.path(at?.relative ?? '').replace(/\/$/, '');
  const base = await commitFiles(repository, commit, repository.pathspecs(at?.relative ?? ''));
  const workTree = new WorkTree(workspace, repository, pathBytes(scope));
  const { prefix } = repository.source;
  const start = Buffer.from(prefix, 'utf8').toString('latin1');
  const before = new Map<string, TreeFile>();
  const after = new Map<string, TreeFile>();
  const hidden: RepositoryPath[] = [];
  const notCompared: string[] = [];
  const turns = new Turns(signal);
  const due = performance.now() + deadlineMs;
  let changedBytes = 0;

  for (const path of new Set([...base.keys(), ...workTree.paths()])) {
    if (turns.over) {
      await turns.turn();
      if (performance.now() > due) throw tooMuch(`comparing took more than ${deadlineMs / 1000} s`);
    }
    const old = base.get(path) ?? null;
    const inRoot = path.slice(start.length);
    const relative = decodePath(Buffer.from(inRoot, 'latin1'));
    if (workspace.visibility.hides(repository.root, relative) !== null) {
      if (workTree.mayDiffer(path, old)) hidden.push(relative);
      continue;
    }
    const now = await workTree.state(path, relative, old, turns, signal);
    if (now.kind === 'secret') {
      if (workTree.mayDiffer(path, old)) hidden.push(relative);
      continue;
    }
    if (now.kind === 'unknown') notCompared.push(`${JSON.stringify(relative)} ${now.why}`);
    if (now.kind === 'unknown' || isSameEntry(old, now.file)) continue;
    if (old !== null) before.set(inRoot, old);
    if (now.file === null) continue;
    after.set(inRoot, now.file);
    if (now.content === null) continue;
    changedBytes += now.content.length;
    if (changedBytes > changedLimit) throw tooMuch('too much changed to show it at once');
    await scratch.write('blob', now.content);
  }
  return { before, after, hidden, notCompared };
}

/** The state of a file in the work tree. */
export type FileState =
  | { readonly kind: 'unknown'; readonly why: string }
  /** A secret file under another name; it is not read. */
  | { readonly kind: 'secret' }
  | {
      readonly kind: 'known';
      /** Null when there is none. */
      readonly file: TreeFile | null;
      /** The content to write as a blob; null when the repository has it. */
      readonly content: Buffer | null;
    };

/** The files of a commit by path from the top, one character per byte. @param paths pathspecs; none for all. */
export async function commitFiles(
  repository: GitRepository,
  commit: string,
  paths: readonly Buffer[],
): Promise<ReadonlyMap<string, TreeFile>> {
  const { stdout, cut } = await repository.need(
    {
      args: ['ls-tree', '-r', '-z', '--full-tree', commit],
      paths,
      outputLimit: listLimit,
    },
    "The commit's files can't be listed",
  );
  if (cut) throw tooMuch('the commit has too many files');
  const files = new Map<string, TreeFile>();
  for (let start = 0; start < stdout.length; ) {
    const at = stdout.indexOf(0, start);
    const end = at < 0 ? stdout.length : at;
    const line = stdout.toString('latin1', start, end);
    start = end + 1;
    const tab = line.indexOf('\t');
    const [mode, , id] = line.slice(0, tab).split(' ');
    if (mode && id) files.set(line.slice(tab + 1), { mode, id });
  }
  return files;
}

/** The tracked files, and their state in the work tree. */
export class WorkTree {
  readonly #workspace: Workspace;
  readonly #repository: GitRepository;
  readonly #core: CoreSettings;
  readonly #index = new Map<string, IndexEntry>();
  /** When the index was written, in nanoseconds. For files changed then or later, times prove nothing. */
  readonly #indexTime: bigint;
  readonly #unsaved: ReadonlyMap<string, UnsavedText>;
  readonly #realFolders = new Map<string, boolean>();

  /**
   * @param scope from the top: only this file, or files below this folder; "" for all.
   * @throws {RepositoryError} `not-a-git-repository` when the index can't be read.
   */
  constructor(workspace: Workspace, repository: GitRepository, scope: string) {
    this.#workspace = workspace;
    this.#repository = repository;
    const { source, data } = repository;
    this.#core = readCoreSettings(source.common);
    this.#unsaved = unsavedIn(workspace, everything);
    const file = join(source.own, 'index');
    const bytes = readPlainFile(file, 'index', indexLimit);
    this.#indexTime = lstatSync(file, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n;
    if (bytes === null) return;
    const wanted = (path: string) => scope === '' || path === scope || path.startsWith(`${scope}/`);
    for (const entry of parseIndex(bytes, data.refs.idLength, wanted)) {
      this.#index.set(entry.path, entry);
    }
  }

  /** The paths of the tracked files, from the top. */
  *paths(): Iterable<string> {
    for (const [path, { mode }] of this.#index) if (mode !== folderMode) yield path;
  }

  isTracked(path: string): boolean {
    return this.#index.has(path);
  }

  /**
   * The state of a file.
   * @param path from the top, one character per byte.
   * @param relative the same path, relative to the root.
   * @param old the file in a commit.
   */
  async state(
    path: string,
    relative: RepositoryPath,
    old: TreeFile | null,
    turns: Turns,
    signal: AbortSignal,
  ): Promise<FileState> {
    const { maxFileSize } = this.#workspace;
    const at = { root: this.#repository.root, relative };
    const isSecret = async (file: LinkedFile | null) =>
      file !== null && (await secretBehind(this.#workspace, at, signal, file)) !== null;
    const entry = this.#index.get(path);
    if (entry === undefined) return known(this.#isNotCheckedOut(path) ? old : null);
    if (entry.notLookedAt) return known({ mode: entry.mode, id: entry.id });
    const unsaved = this.#unsaved.get(this.#repository.root.prefix + relative);
    const mode = this.#core.fileMode ? null : entry.mode;
    if (unsaved !== undefined) {
      if (await isSecret(linkedFile(at))) return { kind: 'secret' };
      return this.#content(Buffer.from(unsaved.text), mode ?? old?.mode ?? entry.mode, old);
    }
    if (!this.#isInRealFolder(path)) return known(null);
    if (entry.mode === submoduleMode) return this.#submodule(path, entry, turns);
    const absolute = this.#absolute(path);
    const found = lstatSync(absolute, { bigint: true, throwIfNoEntry: false });
    if (found === undefined || found.isDirectory()) return known(null);
    if (found.isSymbolicLink()) {
      const target = readlinkSync(absolute, { encoding: 'buffer' });
      return this.#content(target, linkMode, old);
    }
    if (!found.isFile()) return { kind: 'unknown', why: 'is neither a file nor a link' };
    if (found.nlink > 1n && (await isSecret(found))) return { kind: 'secret' };
    if (this.#isAsIndexed(entry, found)) return known({ mode: entry.mode, id: entry.id });
    if (found.size > BigInt(maxFileSize)) {
      return { kind: 'unknown', why: `has over ${maxFileSize} bytes` };
    }
    const content = readWorkFile(absolute, found, maxFileSize);
    if (content === null) return { kind: 'unknown', why: "can't be read" };
    const isProgram = (found.mode & 0o100n) !== 0n;
    const isLinkText = entry.mode === linkMode && !this.#core.symlinks;
    const ownMode = isLinkText ? linkMode : isProgram ? programMode : fileMode;
    return this.#content(content, isLinkText ? ownMode : (mode ?? ownMode), old);
  }

  /** Whether an unread file may differ from that in a commit. */
  mayDiffer(path: string, old: TreeFile | null): boolean {
    const entry = this.#index.get(path);
    if (entry === undefined) return !this.#isNotCheckedOut(path);
    if (old === null || entry.id !== old.id || entry.unmerged) return true;
    if (entry.notLookedAt || entry.mode === submoduleMode) return false;
    if (!this.#isInRealFolder(path)) return true;
    const found = lstatSync(this.#absolute(path), { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return true;
    const { mtime, size } = entry.seen;
    return mtime !== found.mtimeNs || size !== lower32(found.size);
  }

  /** In a sparse index, one entry stands for a folder that was not checked out. */
  #isNotCheckedOut(path: string): boolean {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      if (this.#index.get(path.slice(0, at + 1))?.mode === folderMode) return true;
    }
    return false;
  }

  /**
   * Git's own shortcut: only the system sets the time of a file's last change (ctime). A file as new as the index may
   * have been changed after it was added.
   */
  #isAsIndexed(
    { seen, unmerged }: IndexEntry,
    found: { mtimeNs: bigint; ctimeNs: bigint; ino: bigint; size: bigint },
  ): boolean {
    return (
      !unmerged &&
      seen.mtime === found.mtimeNs &&
      seen.ctime === found.ctimeNs &&
      seen.ino === lower32(found.ino) &&
      seen.size === lower32(found.size) &&
      seen.mtime < this.#indexTime
    );
  }

  /** A file that differs only in its line ends, as on Windows, counts as the same. */
  #content(content: Buffer, mode: string, old: TreeFile | null): FileState {
    const { idLength } = this.#repository.data.refs;
    const id = objectId('blob', content, idLength);
    if (id === old?.id) return known({ mode, id });
    if (old !== null && content.includes('\r\n')) {
      const unix = withUnixLineEnds(content);
      if (objectId('blob', unix, idLength) === old.id) return known({ mode, id: old.id });
    }
    return { kind: 'known', file: { mode, id }, content };
  }

  /** The commit that a submodule has checked out; that of the index if there is none. */
  async #submodule(path: string, entry: IndexEntry, turns: Turns): Promise<FileState> {
    const indexed = known({ mode: submoduleMode, id: entry.id });
    const folder = this.#absolute(path);
    if (typeof folder !== 'string') return indexed;
    try {
      const found = await gitFolderAt(folder, { name: 'submodule' });
      if (found === null) return indexed;
      const { head, ids } = await readRefs(found, turns);
      const id = head.kind === 'detached' ? head.id : ids.get(head.name);
      return id === undefined ? indexed : known({ mode: submoduleMode, id });
    } catch (error) {
      if (!(error instanceof RepositoryError)) throw error;
      return { kind: 'unknown', why: 'is a submodule whose Git data is not read' };
    }
  }

  /** False if a folder above is gone or a link: then the file is not in the work tree. */
  #isInRealFolder(path: string): boolean {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return true;
    const folder = path.slice(0, slash);
    const isKnown = this.#realFolders.get(folder);
    if (isKnown !== undefined) return isKnown;
    const absolute = this.#absolute(folder);
    let isReal = false;
    try {
      const real = realpathSync.native(absolute, { encoding: 'buffer' });
      isReal = real.equals(Buffer.from(absolute));
    } catch {
      // It is gone.
    }
    this.#realFolders.set(folder, isReal);
    return isReal;
  }

  /** A path for `node:fs`: bytes if a name is not UTF-8. */
  #absolute(path: string): string | Buffer {
    const { top } = this.#repository.source;
    const bytes = Buffer.from(path, 'latin1');
    const text = bytes.toString('utf8');
    if (Buffer.from(text, 'utf8').equals(bytes)) return join(top, text);
    return Buffer.concat([Buffer.from(`${top}/`, 'utf8'), bytes]);
  }
}

const fileMode = '100644';
const programMode = '100755';
const linkMode = '120000';
const submoduleMode = '160000';
const folderMode = '40000';

function known(file: TreeFile | null): FileState {
  return { kind: 'known', file, content: null };
}

/** The content with "\n" for each "\r\n". */
export function withUnixLineEnds(content: Buffer): Buffer {
  return Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

/** A path as in the index and trees, one character per byte. */
export function pathBytes(path: RepositoryPath): string {
  return (encodePath(path) ?? Buffer.alloc(0)).toString('latin1');
}

function isSameEntry(a: TreeFile | null, b: TreeFile | null): boolean {
  return a?.id === b?.id && a?.mode === b?.mode;
}

function lower32(value: bigint): number {
  return Number(value & 0xffff_ffffn);
}

/** Reads a file that was just looked at; null when it can't be read, or was replaced meanwhile. */
function readWorkFile(path: string | Buffer, found: LinkedFile, most: number): Buffer | null {
  try {
    return readCheckedSync(path, most, (opened) => {
      if (!isSameFile(opened, found)) throw new ReplacedFileError();
    });
  } catch {
    return null;
  }
}

function tooMuch(why: string): RepositoryError {
  return new RepositoryError(
    'too-large',
    `The work tree can't be compared at once: ${why}; narrow it with path=.`,
  );
}
