import { join } from 'node:path';

/** Files that Fathom ships beside its bundles. */
export interface Assets {
  /** Folder of the prompts. */
  readonly prompts: string;
  /** Folder of the Python runtime. */
  readonly python: string;
  /** Path of the ripgrep executable. */
  readonly ripgrep: string;
  /** Path of the program that reads documents. */
  readonly documents: string;
}

/** The assets of a build. @param dist folder of the bundles */
export function bundledAssets(dist: string): Assets {
  return {
    prompts: join(dist, '..', 'prompts'),
    python: join(dist, 'python'),
    ripgrep: join(dist, 'bin', process.platform === 'win32' ? 'rg.exe' : 'rg'),
    documents: join(dist, 'documents.js'),
  };
}
