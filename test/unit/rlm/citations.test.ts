import { describe, expect, it } from 'vitest';
import { findCitations } from '../../../src/rlm/citations/citations';

const places = (text: string) =>
  findCitations(text).map(({ path, start, end }) => `${path}:${start}-${end}`);

describe('findCitations', () => {
  it.each([
    ['See src/a.ts:10.', ['src/a.ts:10-10']],
    ['See `src/a.ts:10-12`, and (lib/b.py:3).', ['src/a.ts:10-12', 'lib/b.py:3-3']],
    ['`docs/my file.md:4`', ['docs/my file.md:4-4']],
    ['src/a.ts#L10-L20 and src/b.ts:L7', ['src/a.ts:10-20', 'src/b.ts:7-7']],
    ['[link](src/a.ts:5)', ['src/a.ts:5-5']],
    ['[src/a.ts:5], [src/b.ts#L2-L3]', ['src/a.ts:5-5', 'src/b.ts:2-3']],
    ['./src/a.ts:5', ['src/a.ts:5-5']],
    ['pages/[id]/größe.tsx:5', ['pages/[id]/größe.tsx:5-5']],
    ['`.github/workflows/ci.yml:1-3`', ['.github/workflows/ci.yml:1-3']],
    ['`src/a.ts:1-2, src/b.ts:3`', ['src/a.ts:1-2', 'src/b.ts:3-3']],
    ['**src/a.ts:1** and *src/b.ts:2*', ['src/a.ts:1-1', 'src/b.ts:2-2']],
    ['http://localhost:8080/x', []],
    ['no citation: 12', []],
  ])('%j', (text, expected) => {
    expect(places(text)).toEqual(expected);
  });

  it('says where each stands', () => {
    const text = 'In `a b.ts:2-3` and c.ts:4.';
    const marks = findCitations(text).map(({ index, length }) => text.substr(index, length));
    expect(marks).toEqual(['a b.ts:2-3', 'c.ts:4']);
  });

  it('passes over code fences', () => {
    expect(places('```ts\nsrc/a.ts:1\n```\nsrc/b.ts:2')).toEqual(['src/b.ts:2-2']);
  });
});
