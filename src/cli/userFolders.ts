import { join } from 'node:path';
import type { AskIo } from './askIo';

/** Where trajectories go unless told otherwise: `fathom/runs` in the user's data folder. */
export function defaultLogFolder({ env, home, platform }: AskIo): string {
  return join(dataFolder(env, home, platform), 'fathom', 'runs');
}

/** Where is kept what was found out about this machine. */
export function defaultStateFolder({ env, home, platform }: AskIo): string {
  return join(dataFolder(env, home, platform), 'fathom', 'state');
}

/** Where replies of sub-models are kept for other runs unless told otherwise: beside the trajectories. */
export function defaultCacheFolder({ env, home, platform }: AskIo): string {
  return join(dataFolder(env, home, platform), 'fathom', 'cache');
}

function dataFolder(env: AskIo['env'], home: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return env.XDG_DATA_HOME || join(home, '.local', 'share');
}
