import { describe, expect, it } from 'vitest';
import { CitationIndex } from '../../../src/editor/answers/citationIndex';
import { seededRandom } from '../../host/seededRandom';

/** A document of lines that counts which of them are read. */
class Page {
  lines: string[];
  readonly reads: number[] = [];

  constructor(text: string) {
    this.lines = text.split('\n');
  }

  get lineCount(): number {
    return this.lines.length;
  }

  lineAt(line: number): { readonly text: string } {
    this.reads.push(line);
    return { text: this.lines[line] ?? '' };
  }

  /** Puts lines in the place of others. */
  replace(index: CitationIndex, first: number, last: number, ...lines: readonly string[]): void {
    this.lines.splice(first, last - first + 1, ...lines);
    index.change([{ first, last, lines: lines.length }]);
  }
}

const never = () => false;
const places = (index: CitationIndex) =>
  [...index.between(0, Number.POSITIVE_INFINITY)].map(
    ({ line, path, start, index: at }) => `${line},${at} ${path}:${start}`,
  );

async function fresh(page: Page): Promise<string[]> {
  const index = new CitationIndex(page.lineCount);
  expect(await index.update(page, never)).toBe(true);
  return places(index);
}

describe('the citations of a document', () => {
  it('are found by line, outside of fences', async () => {
    const page = new Page(
      'See `src/a.ts:3-5`.\n```\nsrc/b.ts:1\n```\n\nAnd src/c.ts:7, src/d.ts#L2',
    );
    expect(await fresh(page)).toEqual(['0,5 src/a.ts:3', '5,4 src/c.ts:7', '5,16 src/d.ts:2']);
  });

  it('are looked for only where it grows', async () => {
    const page = new Page(Array.from({ length: 50_000 }, (_, n) => `src/a.ts:${n + 1}`).join('\n'));
    const index = new CitationIndex(page.lineCount);
    await index.update(page, never);
    expect(index.size).toBe(50_000);
    page.reads.length = 0;
    page.replace(index, 49_999, 49_999, 'src/a.ts:50000', 'src/b.ts:1', '');
    await index.update(page, never);
    expect(index.size).toBe(50_001);
    expect(page.reads.length).toBeLessThan(2_500);
    page.reads.length = 0;
    page.replace(index, 10, 9, 'A line before.');
    await index.update(page, never);
    expect(page.reads.length).toBeLessThan(2_500);
    expect([...index.between(50_001, 50_001)]).toMatchObject([{ path: 'src/b.ts', line: 50_001 }]);
  });

  it('come and go with a fence above them', async () => {
    const page = new Page(`${'text\n'.repeat(3000)}src/a.ts:1`);
    const index = new CitationIndex(page.lineCount);
    await index.update(page, never);
    page.replace(index, 5, 5, '```');
    await index.update(page, never);
    expect(index.size).toBe(0);
    page.replace(index, 7, 7, '```');
    await index.update(page, never);
    expect(index.size).toBe(1);
  });

  it('are as if found anew, whatever is edited', async () => {
    const random = seededRandom(7);
    const any = (most: number) => Math.floor(random() * most);
    const words = ['text', 'src/a.ts:1', '```', 'See `b c.ts:4`', '', '~~~', '```'];
    const word = () => words[any(words.length)] ?? '';
    const page = new Page(Array.from({ length: 4_000 }, word).join('\n'));
    const index = new CitationIndex(page.lineCount);
    for (let round = 0; round < 60; round += 1) {
      const first = any(page.lineCount);
      const last = Math.min(page.lineCount - 1, first + any(3) - 1 + (round % 10 === 0 ? 1500 : 0));
      page.replace(
        index,
        first,
        Math.max(first - 1, last),
        ...Array.from({ length: any(4) + 1 }, word),
      );
      if (round % 3 > 0) expect(await index.update(page, never)).toBe(true);
    }
    await index.update(page, never);
    expect(places(index)).toEqual(await fresh(page));
  });

  it('are left for later when it changes meanwhile', async () => {
    const page = new Page('src/a.ts:1\n'.repeat(5_000));
    const index = new CitationIndex(page.lineCount);
    const updating = index.update(page, never);
    page.replace(index, 0, 0, 'src/z.ts:9');
    expect(await updating).toBe(false);
    expect(await index.update(page, () => true)).toBe(false);
    expect(await index.update(page, never)).toBe(true);
    expect(places(index)).toEqual(await fresh(page));
  });
});
