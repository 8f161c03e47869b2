import type { TestProject } from 'vitest/node';
import { temporaryFolder } from '../../host/folders';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of this run of tests, for what they build once. */
    buildsFolder: string;
  }
}

/** Makes the folder before the first test, and removes it after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await temporaryFolder('builds');
  project.provide('buildsFolder', folder.path);
  return async () => folder[Symbol.asyncDispose]();
}
