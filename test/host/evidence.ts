import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testResultsFolder } from './testCounts';
import type { Workbench } from './workbench';

/**
 * Does something in a workbench. If that fails, what the window shows and what the host logged is kept in
 * `test-results/`, as `NAME.png` and `NAME.log`, and the error says so.
 */
export async function withEvidence<T>(
  workbench: Workbench,
  name: string,
  action: (workbench: Workbench) => Promise<T>,
): Promise<T> {
  try {
    return await action(workbench);
  } catch (error) {
    await mkdir(testResultsFolder, { recursive: true });
    const evidence = join(testResultsFolder, name);
    await workbench.page.screenshot({ path: `${evidence}.png` }).catch(() => {});
    await writeFile(`${evidence}.log`, await workbench.logs());
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\nSee ${evidence}.png and ${evidence}.log`, { cause: error });
  }
}
