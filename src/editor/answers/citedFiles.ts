import { type CancellationToken, FileType, type Uri, workspace } from 'vscode';
import { citedFile } from './citedFile';

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
    const queue = [...paths].filter((path) => {
      const known = this.#found.get(path);
      return known === undefined || now - known.at > believedMs;
    });
    const waiting = queue.values();
    const lookUp = async () => {
      for (const path of waiting) {
        if (token.isCancellationRequested) return;
        const uri = citedFile(path);
        this.#found.set(path, { uri: uri && (await isFile(uri)) ? uri : null, at: now });
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

async function isFile(uri: Uri): Promise<boolean> {
  try {
    return ((await workspace.fs.stat(uri)).type & FileType.File) !== 0;
  } catch {
    return false; // There is no such file: no link.
  }
}
