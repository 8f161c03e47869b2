import { join } from 'node:path';
import type { AskIo } from './askIo';

/** What of the world says where a user's folders are. */
type UserPlace = Pick<AskIo, 'env' | 'home' | 'platform'>;

/** Where trajectories go unless told otherwise: `fathom/runs` in the user's data folder. */
export function defaultLogFolder(place: UserPlace): string {
  return join(dataFolder(place), 'fathom', 'runs');
}

/** Where is kept what was found out about this machine. */
export function defaultStateFolder(place: UserPlace): string {
  return join(dataFolder(place), 'fathom', 'state');
}

/** Where replies of sub-models are kept for other runs unless told otherwise: beside the trajectories. */
export function defaultCacheFolder(place: UserPlace): string {
  return join(dataFolder(place), 'fathom', 'cache');
}

/** Where V8 keeps what it compiled of this program. It runs what it finds there: no folder that others write to. */
export function compiledFolder(place: UserPlace): string {
  return join(dataFolder(place), 'fathom', 'compiled');
}

function dataFolder({ env, home, platform }: UserPlace): string {
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return env.XDG_DATA_HOME || join(home, '.local', 'share');
}
