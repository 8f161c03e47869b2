import type { CancellationToken, Uri } from 'vscode';
import { foldersOnDisk } from '../foldersOnDisk';
import { citedFile } from './citedFile';
import { isFileInside } from './insideFolders';

/** Files looked up at once. */
const parallelLookups = 16;
/** How long it is believed whether a file is there, in milliseconds. */
const believedMs = 30_000;

/** Which cited files there are. A report that grows asks again and again, so it is remembered a while. */
export class CitedFiles {
  readonly #found = new Map<string, { readonly uri: Uri | null; readonly at: number }>();

  /** The files that exist, by the path they are cited with. */
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
