import type { AskIo } from './askIo';
import { LiveProgress } from './liveProgress';
import type { AskOptions } from './options';
import { PlainProgress } from './plainProgress';
import type { Progress } from './progress';

/** A live tree on a terminal that can draw one, plain lines otherwise. */
export function startProgress(io: AskIo, { limits }: Pick<AskOptions, 'limits'>): Progress {
  const terminal = io.stderr.isTTY === true && io.env.TERM !== 'dumb';
  return terminal ? new LiveProgress(io, limits) : new PlainProgress(io);
}
