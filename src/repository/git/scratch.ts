import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';

/** A file, link or submodule in a tree. */
export interface TreeFile {
  /** As Git writes it in octal: `100644`, `100755`, `120000`, `160000`. */
  readonly mode: string;
  readonly id: string;
}

/** The kinds of objects that can be written. */
export type ObjectKind = 'blob' | 'tree' | 'commit';

/** The id of an object, without writing it. @param idLength hexadecimal digits. */
export function objectId(kind: ObjectKind, content: Buffer, idLength: number): string {
  const hash = createHash(idLength === 64 ? 'sha256' : 'sha1');
  return hash.update(`${kind} ${content.length}\0`).update(content).digest('hex');
}

/** Fathom's own objects, for example of the work tree, beside those of a repository. Removed on dispose. */
export class Scratch implements AsyncDisposable {
  /** `GIT_OBJECT_DIRECTORY`: these objects and, behind them, those of the repository. */
  readonly folder: string;
  readonly #idLength: number;

  private constructor(folder: string, idLength: number) {
    this.folder = folder;
    this.#idLength = idLength;
  }

  static async make(place: string, objects: string, idLength: number): Promise<Scratch> {
    const folder = await mkdtemp(join(place, 'scratch-'));
    await mkdir(join(folder, 'info'));
    await writeFile(join(folder, 'info', 'alternates'), `${objects}\n`);
    return new Scratch(folder, idLength);
  }

  /** Writes an object. @returns its id. */
  async write(kind: ObjectKind, content: Buffer): Promise<string> {
    const id = objectId(kind, content, this.#idLength);
    const file = join(this.folder, id.slice(0, 2), id.slice(2));
    const header = Buffer.from(`${kind} ${content.length}\0`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, deflateSync(Buffer.concat([header, content]), { level: 1 }));
    return id;
  }

  /**
   * Writes the trees with exactly these files.
   * @param files by path; one character of a path is one byte.
   * @returns the id of the top tree.
   */
  async writeTree(files: ReadonlyMap<string, TreeFile>): Promise<string> {
    const entries = new Map<string, TreeFile>();
    const folders = new Map<string, Map<string, TreeFile>>();
    for (const [path, file] of files) {
      const slash = path.indexOf('/');
      if (slash < 0) entries.set(path, file);
      else {
        const name = path.slice(0, slash);
        const inside = folders.get(name) ?? new Map<string, TreeFile>();
        folders.set(name, inside.set(path.slice(slash + 1), file));
      }
    }
    for (const [name, inside] of folders) {
      entries.set(name, { mode: '40000', id: await this.writeTree(inside) });
    }
    // Git sorts a folder as if its name ended with "/".
    const sortName = (name: string) => (entries.get(name)?.mode === '40000' ? `${name}/` : name);
    const names = [...entries.keys()].sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
    const parts = names.flatMap((name) => {
      const { mode, id } = entries.get(name) ?? { mode: '', id: '' };
      return [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(id, 'hex')];
    });
    return this.write('tree', Buffer.concat(parts));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
