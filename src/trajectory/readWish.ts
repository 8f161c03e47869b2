import { readEntries } from './log';
import type { RecordOf } from './records';

/**
 * How the report of a run was to be and where it was to go, from the beginning of its log; null when none was
 * wanted, or the log does not say. @throws when the file can't be read
 */
export async function readWish(path: string): Promise<RecordOf<'report'>['wish']> {
  for await (const entry of readEntries(path)) {
    if (entry.type === 'record' && entry.record.kind === 'report') return entry.record.wish;
    if (entry.type === 'node-started' && entry.kind === 'iteration') return null;
  }
  return null;
}
