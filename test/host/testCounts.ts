import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { projectFolder } from './folders';

/** Where screenshots and counts of a test run go; ignored by git. */
export const testResultsFolder = join(projectFolder, 'test-results');

const testFailure = z.object({ name: z.string(), error: z.string() });

const testCounts = z.object({
  passed: z.int(),
  failed: z.int(),
  /** What failed, as far as it has a name. */
  failures: z.array(testFailure),
});

/** A test that failed, and why. */
export type TestFailure = Readonly<z.infer<typeof testFailure>>;

/** How a tier of tests went. */
export type TestCounts = Readonly<z.infer<typeof testCounts>>;

/** Leaves a tier's counts for the sum at the end of `npm test`. */
export async function writeTestCounts(tier: string, counts: TestCounts): Promise<void> {
  await mkdir(testResultsFolder, { recursive: true });
  await writeFile(countsFile(tier), `${JSON.stringify(counts)}\n`);
}

/** The counts a tier left, or null if it left none. */
export async function readTestCounts(tier: string): Promise<TestCounts | null> {
  const text = await readFile(countsFile(tier), 'utf8').catch(() => null);
  return text === null ? null : testCounts.parse(JSON.parse(text));
}

/** Removes a tier's counts, so that those of an earlier run are not taken for this one's. */
export async function forgetTestCounts(tier: string): Promise<void> {
  await rm(countsFile(tier), { force: true });
}

function countsFile(tier: string): string {
  return join(testResultsFolder, `${tier}.json`);
}
