import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Workbench } from './workbench';

/** The folder that the extension of a workbench keeps its runs in. */
export function runFolder({ extensionsFolder }: Workbench): string {
  const user = join(dirname(extensionsFolder), 'user-data', 'User');
  return join(user, 'globalStorage', 'fathom.fathom', 'runs');
}

/** Files of the runs of a workbench whose name has that ending, oldest first. */
export async function runFiles(workbench: Workbench, ending: string): Promise<readonly string[]> {
  const folder = runFolder(workbench);
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => join(folder, file));
}
