import { stat } from 'node:fs/promises';
import { isMine } from '../ground/regularFile';
import { readEntries } from './log';
import type { RecordOf } from './records';

/**
 * How the report of a run was to be and where it was to go, from the beginning of its log; null when none was
 * wanted, or the log does not say. A log that others can write does not say what is to be written where.
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

/** The same, which goes nowhere but to its own file. */
export function withoutTarget<Wish extends { readonly target?: unknown }>(
  wish: Wish,
): Omit<Wish, 'target'> {
  const { target: _, ...rest } = wish;
  return rest;
}
