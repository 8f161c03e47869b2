import { describe, expect, it } from 'vitest';
import { answerText } from '../../../src/cli/answerText';
import { lookOf } from '../../../src/cli/look';
import { drawable, harmless } from '../../../src/ground/drawable';
import {
  byteCount,
  clock,
  dollars,
  duration,
  plural,
  tokenCount,
} from '../../../src/ground/figures';
import { MemoryOutput } from './memoryOutput';
import { testIo } from './testIo';

const colourful = lookOf(new MemoryOutput({ columns: 80, rows: 24 }), testIo());
const plain = lookOf(new MemoryOutput(), testIo());

describe('figures', () => {
  it.each([
    [0, '0 ms'],
    [994, '994 ms'],
    [995, '1.0 s'],
    [3_140, '3.1 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_499, '59 s'],
    [83_000, '1:23'],
  ])('say %d ms as %s', (ms, text) => expect(duration(ms)).toBe(text));

  it.each([
    [-5, '0:00'],
    [41_900, '0:41'],
    [3_723_000, '1:02:03'],
  ])('say %d ms on a clock as %s', (ms, text) => expect(clock(ms)).toBe(text));

  it.each([
    [950, '950'],
    [1_234, '1.2k'],
    [9_960, '10k'],
    [999_600, '1.0M'],
  ])('say %d tokens as %s', (count, text) => expect(tokenCount(count)).toBe(text));

  it.each([
    [0, '$0'],
    [0.00001, '<$0.0001'],
    [0.0004, '$0.0004'],
    [0.003, '$0.003'],
    [0.0996, '$0.10'],
    [0.08, '$0.08'],
    [12.345, '$12.35'],
  ])('say %d dollars as %s', (usd, text) => expect(dollars(usd)).toBe(text));

  it('say sizes and counts', () => {
    expect([1, 7, 1_000, 12_345, 999_600, 2_500_000, 3.2e9].map(byteCount)).toEqual([
      '1 byte',
      '7 bytes',
      '1.0 KB',
      '12 KB',
      '1.0 MB',
      '2.5 MB',
      '3.2 GB',
    ]);
    expect([0, 1, 2, 12_000].map((count) => plural(count, 'call'))).toEqual([
      '0 calls',
      '1 call',
      '2 calls',
      '12,000 calls',
    ]);
  });
});

describe('text of models and repositories', () => {
  it('loses what could drive a terminal, and keeps its lines', () => {
    const evil =
      'a\u001b[31mred\u001b[0m\u001b]0;title\u0007\u009b2J\u0008\u0000 b\r\n\tc\u202ed\u2066';
    expect(harmless(evil)).toBe('ared b\n\tcd');
    expect(harmless('over\rwritten')).toBe('overwritten');
    expect(harmless('half \ud800 pair')).toBe('half \ufffd pair');
  });

  it('fits on one line, with characters of a certain width, to be drawn', () => {
    expect(drawable('  two\nlines\tand  \u200bmore\ufeff ')).toBe('two lines and more');
    expect(drawable('👩‍💻 ❤️')).toBe('👩💻 ❤');
    expect(drawable('日本語 é')).toBe('日本語 é');
  });
});

describe('answerText', () => {
  const markdown = '# Title\nSee `src/a.ts:1` and **this**.\n\n```ts\n# no title\n```\n> note\n';

  it('is the Markdown itself without colours', () => {
    expect(answerText(markdown, plain)).toBe(markdown);
  });

  it('highlights without changing the text', () => {
    const text = answerText(markdown, colourful);
    expect(harmless(text)).toBe(markdown);
    expect(text).toContain('\u001b[1m# Title\u001b[22m');
    expect(text).toContain('\u001b[36m`src/a.ts:1`\u001b[39m');
    expect(text).toContain('\n# no title\n');
  });

  it('takes no orders from the answer', () => {
    expect(answerText('\u001b[2Jgone', colourful)).toBe('gone\n');
  });
});
