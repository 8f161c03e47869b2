import { join } from 'node:path';
import type { AskIo } from './askIo';

/** What determines where a user's folders are. */
type UserPlace = Pick<AskIo, 'env' | 'home' | 'platform'>;

/** The default folder of trajectories: `fathom/runs` in the user's data folder. */
export function defaultLogFolder(place: UserPlace): string {
  return join(dataFolder(place), 'fathom', 'runs');
}

/** Where facts about this machine are kept, such as passed self-tests. */
export function defaultStateFolder(place: UserPlace): string {
  return join(dataFolder(place), 'fathom', 'state');
}

/** The default folder for replies of sub-models that later runs may use. */
export function defaultCacheFolder(place: UserPlace): string {
  return join(dataFolder(place), 'fathom', 'cache');
}

/** V8's compile cache. V8 runs the code in it, so nobody else may write there. */
export function compiledFolder(place: UserPlace): string {
  return join(dataFolder(place), 'fathom', 'compiled');
}

function dataFolder({ env, home, platform }: UserPlace): string {
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return env.XDG_DATA_HOME || join(home, '.local', 'share');
}
