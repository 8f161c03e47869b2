import type { About } from './about';
import { readEntries } from './log';

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
