import { describe, expect, it } from 'vitest';
import { replyDoubts } from '../../../../src/rlm/citations/replyDoubts';

const lines = [
  { path: 'src/a.ts', start: 10, end: 20 },
  { path: 'src/a.ts', start: 21, end: 30 },
  { path: 'src/b.ts', start: 1, end: 5 },
];

describe('doubts about a reply', () => {
  it.each([
    ['what the prompt has', 'See src/a.ts:12, src/a.ts:15-25 and `b.ts:5`.', []],
    ['a line beyond it', 'src/a.ts:45 sets it.', ['src/a.ts:45: the prompt has lines 10-30 of it']],
    ['a range that goes on', 'src/b.ts:4-9', ['src/b.ts:4-9: the prompt has lines 1-5 of it']],
    ['another file', 'lib/c.ts:1, lib/c.ts:1', ['lib/c.ts:1: the prompt has no lines of lib/c.ts']],
    ['no places', 'NONE', []],
    ['what is no file for sure', '`obj.method`, line 3', []],
  ])('%s', (_, reply, doubts) => {
    expect(replyDoubts(reply, 'Which lines?', lines)).toEqual(doubts);
  });

  it('are raised for a line of which the prompt only has the first digits', () => {
    const prompt = '=== src/a.ts:10-30 ===\n10\tx\nsee src/a.ts:45-50';
    expect(replyDoubts('src/a.ts:1, src/a.ts:4 and src/a.ts:45', prompt, lines)).toEqual([
      'src/a.ts:1: the prompt has lines 10-30 of it',
      'src/a.ts:4: the prompt has lines 10-30 of it',
      'src/a.ts:45: the prompt has lines 10-30 of it',
    ]);
  });

  it('are not raised for a place that the question names', () => {
    expect(replyDoubts('src/z.ts:3 is that', 'What is at src/z.ts:3?', [])).toEqual([]);
  });
});
