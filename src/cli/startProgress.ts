import type { AskIo } from './askIo';
import type { AskOptions } from './options';
import { PlainProgress } from './plainProgress';
import type { Progress } from './progress';

/** A live tree on a terminal that can draw one, plain lines otherwise. */
export async function startProgress(
  io: AskIo,
  { limits }: Pick<AskOptions, 'limits'>,
): Promise<Progress> {
  const terminal = io.stderr.isTTY === true && io.env.TERM !== 'dumb';
  if (!terminal) return new PlainProgress(io);
  // It knows how wide every character is, which takes a while to load.
  const { LiveProgress } = await import('./liveProgress');
  return new LiveProgress(io, limits);
}
