import { readEntries } from './log';
import type { RecordOf } from './records';

/** What a run is about, as its log says it. */
export type About = Omit<RecordOf<'about'>, 'kind'>;

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

/** Whether two runs are about the same, in any order. */
export function isSameSubject(one: About, other: About): boolean {
  const names = ({ places }: About) => JSON.stringify([...new Set(places)].sort());
  return one.what === other.what && names(one) === names(other);
}
