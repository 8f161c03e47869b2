import { describe, expect, it } from 'vitest';
import { eventLines, throughFirstSubmatch } from '../../../../src/repository/search/grepEvents';
import { Records } from '../../../../src/repository/search/records';

/** A record of `rg --json` for a line of which every character matches. */
function matchRecord(text: string, line: number): Buffer {
  const submatches = [...text].map((one, at) => ({ match: { text: one }, start: at, end: at + 1 }));
  const data = { path: { text: 'a' }, lines: { text }, line_number: line, submatches };
  return Buffer.from(`${JSON.stringify({ type: 'match', data })}\n`);
}

describe('records of a search', () => {
  it.each([1_000, 65_536])('are kept up to their first submatch, in chunks of %d', (size) => {
    const text = `${'}"start":"submatches":[{'.repeat(4_000)}\n`;
    const records = new Records(0x0a, throughFirstSubmatch);
    const stream = Buffer.concat([matchRecord('x', 1), matchRecord(text, 2), matchRecord('y', 3)]);
    const found: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) {
      records.push(stream.subarray(at, at + size), (record) => found.push(record) > 0);
    }
    expect(found.map(eventLines)).toEqual([
      { text: 'x', line: 1, start: 0 },
      { text, line: 2, start: 0 },
      { text: 'y', line: 3, start: 0 },
    ]);
    expect(stream.length).toBeGreaterThan(4_000_000);
    expect(found[1]?.length).toBeLessThan(400_000);
  });

  it('are whole where nothing has to be cut', () => {
    const records = new Records(0);
    const found: string[] = [];
    for (const chunk of ['ab', 'c\0d', '\0']) {
      records.push(Buffer.from(chunk), (record) => found.push(String(record)) > 0);
    }
    expect(found).toEqual(['abc', 'd']);
  });
});
