import type { CancellationToken, Uri } from 'vscode';
import { foldersOnDisk } from '../foldersOnDisk';
import { citedFile } from './citedFile';
import { isFileInside } from './insideFolders';

/** How many files are looked up at once. */
const parallelLookups = 16;
/** How long a lookup stays valid, in ms. */
const believedMs = 30_000;

/** Finds out which cited files exist. Remembers it a while, as a growing report asks again and again. */
export class CitedFiles {
  readonly #found = new Map<string, { readonly uri: Uri | null; readonly at: number }>();

  /** The existing files, by their cited paths. */
  async find(
    paths: ReadonlySet<string>,
    token: CancellationToken,
  ): Promise<ReadonlyMap<string, Uri>> {
    const now = performance.now();
    const folders = foldersOnDisk().map(({ uri }) => uri.fsPath);
    const queue = [...paths].filter((path) => {
      const known = this.#found.get(path);
      return known === undefined || now - known.at > believedMs;
    });
    const waiting = queue.values();
    const lookUp = async () => {
      for (const path of waiting) {
        if (token.isCancellationRequested) return;
        const uri = citedFile(path);
        this.#found.set(path, {
          uri: uri && (await isFileInside(uri.fsPath, folders)) ? uri : null,
          at: now,
        });
      }
    };
    await Promise.all(Array.from({ length: parallelLookups }, lookUp));
    const there = new Map<string, Uri>();
    for (const path of paths) {
      const uri = this.#found.get(path)?.uri;
      if (uri) there.set(path, uri);
    }
    return there;
  }
}
