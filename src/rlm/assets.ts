import { join } from 'node:path';

/** Files that Fathom ships beside its bundles. */
export interface Assets {
  /** Folder of the prompts. */
  readonly prompts: string;
  /** Folder of the Python runtime. */
  readonly python: string;
  /** Path of the ripgrep executable. */
  readonly ripgrep: string;
  /** Path of the program that reads documents, in a process of its own. */
  readonly documents: string;
}

/** The assets of a build: `dist` is the folder that the bundles are in. */
export function bundledAssets(dist: string): Assets {
  return {
    prompts: join(dist, '..', 'prompts'),
    python: join(dist, 'python'),
    ripgrep: join(dist, 'bin', process.platform === 'win32' ? 'rg.exe' : 'rg'),
    documents: join(dist, 'documents.js'),
  };
}
