import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder, absolute. */
export const projectFolder = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where downloads that outlive a test run are kept: `FATHOM_CACHE`, else `.cache` in the project. */
export function cacheFolder(): string {
  return resolve(projectFolder, process.env['FATHOM_CACHE'] ?? '.cache');
}

/** A folder that is gone, with all that is in it, when it is disposed or this process exits. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty folder in the system's place for temporary files. */
export async function temporaryFolder(purpose: string): Promise<TemporaryFolder> {
  // The real path: tests compare it with paths that programs report.
  const path = await realpath(await mkdtemp(join(tmpdir(), `fathom-${purpose}-`)));
  // A process that was just killed may still be closing files in there.
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };
  const removeNow = () => rmSync(path, options);
  process.once('exit', removeNow);
  return {
    path,
    async [Symbol.asyncDispose]() {
      process.removeListener('exit', removeNow);
      await rm(path, options);
    },
  };
}
