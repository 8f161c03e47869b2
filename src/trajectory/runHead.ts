import { stat } from 'node:fs/promises';
import { isMine } from '../ground/regularFile';
import type { About } from './about';
import { readEntries } from './log';
import type { RecordOf } from './records';

/**
 * The wish for a run's report, from the beginning of its log; null when there was none, or the log does not
 * say. The target is left out if others can write the log: it says where to write.
 * @throws when the file can't be read
 */
export async function readWish(path: string): Promise<RecordOf<'report'>['wish']> {
  for await (const entry of readEntries(path)) {
    if (entry.type === 'record' && entry.record.kind === 'report') {
      const { wish } = entry.record;
      return isMine(await stat(path)) ? wish : wish && withoutTarget(wish);
    }
    if (entry.type === 'node-started' && entry.kind === 'iteration') return null;
  }
  return null;
}

/** A wish for a report that goes to its own file only. */
export function withoutTarget<Wish extends { readonly target?: unknown }>(
  wish: Wish,
): Omit<Wish, 'target'> {
  const { target: _, ...rest } = wish;
  return rest;
}

/**
 * What a run was about, from the beginning of its log. Null in logs of versions that did not say.
 * @throws when the file can't be read
 */
export async function readAbout(path: string): Promise<About | null> {
  for await (const entry of readEntries(path)) {
    if (entry.type === 'record' && entry.record.kind === 'about') return entry.record;
    if (entry.type === 'node-started') return null;
  }
  return null;
}
