import type { RecordOf } from './records';

/** What a run is about, as in its log. */
export type About = Omit<RecordOf<'about'>, 'kind'>;

/** Whether two runs are about the same places, in any order. */
export function isSameSubject(one: About, other: About): boolean {
  const names = ({ places }: About) => JSON.stringify([...new Set(places)].sort());
  return one.what === other.what && names(one) === names(other);
}
