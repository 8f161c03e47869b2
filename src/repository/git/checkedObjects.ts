import { lstatSync, mkdirSync, opendirSync, readdirSync } from 'node:fs';
import { readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../ground/fileFailure';
import type { Turns } from '../text/turns';
import { kindOf, lookAt, quoted, refused } from './plainFile';

/** Which objects a repository may lack. */
export interface ObjectsLack {
  /** It borrows from another repository (`objects/info/alternates`), which is not read. */
  readonly borrowed: boolean;
  /** It was cloned without all objects (a partial clone). */
  readonly partial: boolean;
}

/** The most object files of a repository. */
const countLimit = 4_000_000;

/** A folder that changed less than this ago, in ms, is checked again: the next change may have the same time. */
const settledMs = 2_000;

/** On Windows everybody can make a link to a folder (a junction), but not to a file. */
const isWindows = process.platform === 'win32';

/**
 * A folder of Fathom's own with the objects of a repository, and nothing else of its `objects`: links to the folders of
 * loose objects and to the packs, each checked to have only plain files. Anything that could name other files
 * (`info/alternates`, `multi-pack-index`) is left out.
 */
export class CheckedObjects {
  /** Absolute path, for Git. */
  readonly folder: string;
  /** The repository's own folder of objects. */
  readonly source: string;
  /** The state of each folder when it was checked, by name. */
  readonly #seen = new Map<string, string>();
  #lack: ObjectsLack = { borrowed: false, partial: false };
  #packs: ReadonlySet<string> = new Set();

  /** @param source the repository's `objects`. @param folder for the links; made here. */
  constructor(source: string, folder: string) {
    this.source = source;
    this.folder = folder;
    mkdirSync(join(folder, 'info'), { recursive: true });
    if (!isWindows) mkdirSync(join(folder, 'pack'));
  }

  /**
   * Checks what has changed since the last time.
   * @throws {RepositoryError} `not-a-git-repository` for links, pipes and the like among the objects.
   */
  async refresh(turns: Turns): Promise<ObjectsLack> {
    const top = lookAt(this.source, 'objects');
    if (!top?.isDirectory()) {
      throw refused(`"objects" in it is ${top === null ? 'missing' : kindOf(top)}, not a folder`);
    }
    const loose = readdirSync(this.source).filter((name) => /^[0-9a-f]{2}$/.test(name));
    let count = 0;
    for (const name of loose) {
      if (this.#isAsSeen(name)) continue;
      count += await this.#checkFolder(name, turns, () => undefined);
      if (count > countLimit) throw refused(`it has over ${countLimit} files of objects`);
      await this.#link(name, join(this.source, name));
    }
    await this.#unlinkAllBut(this.folder, new Set([...loose, 'info', 'pack']));
    await this.#refreshPacks(turns);
    const info = lookAt(join(this.source, 'info'), 'objects/info');
    const alternates = lookAt(join(this.source, 'info', 'alternates'), 'objects/info/alternates');
    const isEmpty = alternates === null || (alternates.isFile() && alternates.size === 0);
    const borrowed = !isEmpty || info?.isSymbolicLink() === true;
    this.#lack = { ...this.#lack, borrowed };
    return this.#lack;
  }

  async #refreshPacks(turns: Turns): Promise<void> {
    if (lookAt(join(this.source, 'pack'), 'objects/pack') === null || this.#isAsSeen('pack'))
      return;
    const packs = new Set<string>();
    let partial = false;
    await this.#checkFolder('pack', turns, (name) => {
      if (/^[\w.-]+\.(pack|idx)$/.test(name)) packs.add(name);
      partial ||= name.endsWith('.promisor');
    });
    if (isWindows) await this.#link('pack', join(this.source, 'pack'));
    else {
      for (const name of packs) {
        if (this.#packs.has(name)) continue;
        await this.#link(join('pack', name), join(this.source, 'pack', name));
      }
      await this.#unlinkAllBut(join(this.folder, 'pack'), packs);
    }
    this.#packs = packs;
    this.#lack = { ...this.#lack, partial };
  }

  /** Whether a folder is as it was when it was checked. */
  #isAsSeen(name: string): boolean {
    const stamp = this.#stamp(name);
    return stamp !== null && this.#seen.get(name) === stamp;
  }

  /** Null when it changed so recently that another change could go unnoticed. */
  #stamp(name: string): string | null {
    const found = lstatSync(join(this.source, name), { bigint: true, throwIfNoEntry: false });
    if (found === undefined || Date.now() - Number(found.mtimeMs) < settledMs) return null;
    return `${found.mtimeNs} ${found.ino} ${found.dev}`;
  }

  /** Checks that a folder has only files. @returns their number. */
  async #checkFolder(name: string, turns: Turns, use: (file: string) => void): Promise<number> {
    const path = join(this.source, name);
    const label = `objects/${name}`;
    const found = lookAt(path, label);
    if (!found?.isDirectory()) {
      throw refused(
        `${quoted(label)} in it is ${found === null ? 'gone' : kindOf(found)}, not a folder`,
      );
    }
    const stamp = this.#stamp(name);
    let count = 0;
    const folder = openFolder(path, label);
    try {
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
        count += 1;
        if (!entry.isFile()) {
          throw refused(
            `${quoted(`${label}/${entry.name}`)} in it is ${kindOf(entry)}, not a file`,
          );
        }
        use(entry.name);
        if (count > countLimit) throw refused(`it has over ${countLimit} files of objects`);
        if (turns.over) await turns.turn();
      }
    } finally {
      folder.closeSync();
    }
    if (stamp !== null) this.#seen.set(name, stamp);
    return count;
  }

  async #link(name: string, target: string): Promise<void> {
    const link = join(this.folder, name);
    if ((await readlink(link).catch(() => null)) !== null) return;
    await symlink(target, link, isWindows ? 'junction' : undefined);
  }

  async #unlinkAllBut(folder: string, names: ReadonlySet<string>): Promise<void> {
    for (const name of readdirSync(folder)) {
      if (!names.has(name)) await rm(join(folder, name), { force: true });
    }
  }
}

function openFolder(path: string, label: string) {
  try {
    return opendirSync(path, { bufferSize: 1024 });
  } catch (error) {
    throw refused(
      `${quoted(label)} in it can't be read (${errorCode(error) ?? 'no reason given'})`,
    );
  }
}
