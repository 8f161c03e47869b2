import { rmSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../../ground/replaceFile';
import { isRunning } from '../language/isRunning';
import { Turns } from '../text/turns';
import { CheckedObjects, type ObjectsLack } from './checkedObjects';
import type { GitFolder } from './findGitFolder';
import { readPlainFile, refused } from './plainFile';
import { type Refs, readRefs } from './readRefs';
import { Scratch } from './scratch';

/** What Git sees of a repository. */
export interface PrivateGit {
  /** `GIT_DIR`, bare, all of it written by Fathom: refs, configuration, no hooks, no attributes. */
  readonly folder: string;
  /** `GIT_OBJECT_DIRECTORY`: only links to checked objects. */
  readonly objects: string;
  /** What Git must be able to read: these folders, and the real objects. */
  readonly readable: readonly string[];
  readonly refs: Refs;
  readonly lack: ObjectsLack;
  /** A folder for objects that the repository does not have; the caller disposes it. */
  scratch(): Promise<Scratch>;
}

/** This process's private folders, by the Git folder that they stand for. */
const folders = new Map<string, Promise<PrivateFolder>>();

/**
 * The updated private Git folder that stands for a repository's own. It is made once for each Git folder and removed
 * when this process ends.
 * @throws {RepositoryError} `not-a-git-repository` when the repository has something that Fathom does not read.
 */
export async function privateGit(source: GitFolder, signal: AbortSignal): Promise<PrivateGit> {
  const key = JSON.stringify([source.own, source.common]);
  let made = folders.get(key);
  if (made === undefined) {
    made = makeFolder(source);
    folders.set(key, made);
    made.catch(() => folders.delete(key));
  }
  return (await made).refresh(signal);
}

const namePrefix = 'fathom-git-';

async function makeFolder(source: GitFolder): Promise<PrivateFolder> {
  await removeLeftOver();
  // Git resolves links in the path of its folder; the same path everywhere is easier to confine.
  const place = await realpath(tmpdir());
  const path = await mkdtemp(join(place, `${namePrefix}${process.pid}-`));
  if (paths.size === 0) process.once('exit', removeAll);
  paths.add(path);
  return PrivateFolder.make(path, source);
}

const paths = new Set<string>();

function removeAll(): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true });
}

/** Removes the folders of killed processes. */
async function removeLeftOver(): Promise<void> {
  const place = tmpdir();
  for (const name of await readdir(place).catch(() => [])) {
    const pid = Number(new RegExp(`^${namePrefix}(\\d+)-`).exec(name)?.[1]);
    if (!pid || isRunning(pid)) continue;
    const found = await lstat(join(place, name)).catch(() => null);
    if (!found?.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) continue;
    await rm(join(place, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The longest list of commits at which a shallow clone ends, in bytes. */
const shallowLimit = 64 * 1024 * 1024;

class PrivateFolder {
  readonly #path: string;
  readonly #source: GitFolder;
  readonly #objects: CheckedObjects;
  /** The text of each written file. */
  readonly #written = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, source: GitFolder) {
    this.#path = path;
    this.#source = source;
    this.#objects = new CheckedObjects(join(source.common, 'objects'), join(path, 'objects'));
  }

  static async make(path: string, source: GitFolder): Promise<PrivateFolder> {
    // Git takes a folder for a repository when it has these.
    await mkdir(join(path, 'git', 'refs'), { recursive: true });
    await mkdir(join(path, 'git', 'objects'));
    return new PrivateFolder(path, source);
  }

  /** One at a time: two updates of the same folder would undo each other's work. */
  refresh(signal: AbortSignal): Promise<PrivateGit> {
    const refreshed = this.#last.then(() => this.#refresh(new Turns(signal)));
    this.#last = refreshed.catch(() => undefined);
    return refreshed;
  }

  async #refresh(turns: Turns): Promise<PrivateGit> {
    const lack = await this.#objects.refresh(turns);
    const refs = await readRefs(this.#source, turns);
    const { head, ids, others, idLength } = refs;
    await this.#write('config', configuration(idLength));
    await this.#write('packed-refs', packed(ids));
    await this.#write('shallow', shallowCommits(this.#source.common, idLength));
    for (const [name, [id = '']] of others) await this.#write(name, `${id}\n`);
    await this.#write('HEAD', head.kind === 'branch' ? `ref: ${head.name}\n` : `${head.id}\n`);
    return {
      folder: join(this.#path, 'git'),
      objects: this.#objects.folder,
      readable: [join(this.#path, 'git'), this.#objects.folder, this.#objects.source],
      refs,
      lack,
      scratch: () => Scratch.make(this.#path, this.#objects.folder, idLength),
    };
  }

  /** Replaces a file in one step, as Git does: another command may be reading it. "" removes it. */
  async #write(name: string, text: string): Promise<void> {
    if ((this.#written.get(name) ?? '') === text) return;
    const file = join(this.#path, 'git', name);
    if (text === '') await rm(file, { force: true });
    else await replaceFile(file, text, 'latin1');
    this.#written.set(name, text);
  }
}

/**
 * The whole configuration; everything else has its default. Features are off that can name other files
 * (multi-pack-index) or contradict the objects (commit-graph).
 */
function configuration(idLength: number): string {
  const settings: readonly [string, readonly string[]][] = [
    ['core', ['repositoryFormatVersion = 1', 'bare = true', 'multiPackIndex = false']],
    ['core', ['commitGraph = false', 'quotePath = false', 'longPaths = true']],
    ['core', ['bigFileThreshold = 64m', 'fsmonitor = false', 'pager = cat']],
    ['core', ['logAllRefUpdates = false', 'hooksPath = /dev/null', 'attributesFile = /dev/null']],
    ['extensions', idLength === 64 ? ['objectFormat = sha256'] : []],
    ['protocol', ['allow = never']],
    ['safe', ['bareRepository = explicit']],
    ['gc', ['auto = 0']],
    ['maintenance', ['auto = false']],
    ['color', ['ui = false']],
    ['log', ['showSignature = false', 'mailmap = false']],
    ['i18n', ['logOutputEncoding = UTF-8']],
  ];
  return settings
    .filter(([, lines]) => lines.length > 0)
    .map(([section, lines]) => [`[${section}]`, ...lines, ''].join('\n'))
    .join('');
}

/** A file with all refs, in byte order. */
function packed(ids: ReadonlyMap<string, string>): string {
  const names = [...ids.keys()].sort();
  return `# pack-refs with: sorted \n${names.map((name) => `${ids.get(name)} ${name}\n`).join('')}`;
}

/** The commits at which the history of a shallow clone ends. */
function shallowCommits(common: string, idLength: number): string {
  const bytes = readPlainFile(join(common, 'shallow'), 'shallow', shallowLimit);
  if (bytes === null) return '';
  const ids = bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '');
  if (!ids.every((id) => id.length === idLength && /^[0-9a-f]+$/.test(id))) {
    throw refused('"shallow" in it is damaged');
  }
  return ids.map((id) => `${id}\n`).join('');
}
