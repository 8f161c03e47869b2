import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../language/isRunning';

const prefix = 'fathom-documents-';
/** Leftover folders are removed after this long, in milliseconds. */
const staleMs = 24 * 60 * 60 * 1000;

/** A folder for the texts of documents, made when first needed. */
export class SpoolFolder {
  #folder: Promise<string> | null = null;

  /** Path of a file in it. */
  async file(name: string): Promise<string> {
    this.#folder ??= makeFolder();
    return join(await this.#folder, name);
  }

  /** Removes it, if there is one. */
  async remove(): Promise<void> {
    const folder = await this.#folder?.catch(() => null);
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}

async function makeFolder(): Promise<string> {
  await removeStale();
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Removes the folders of killed programs, as texts may be large. */
async function removeStale(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = Number(/^\d+/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : '')?.[0]);
    if (!pid || isRunning(pid)) continue;
    const folder = join(tmpdir(), name);
    const found = await stat(folder).catch(() => null);
    if (!found || Date.now() - found.mtimeMs < staleMs) continue;
    // Fails for another user's folder, which is fine.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
