import { describe, expect, it } from 'vitest';
import { citedTexts } from '../../../src/rlm/citations/citedTexts';
import { Coverage } from '../../../src/rlm/coverage/coverage';
import { checkReportCitations } from '../../../src/rlm/report/reportCitations';

const { signal } = new AbortController();
const texts = citedTexts(
  { kind: 'documents', documents: [{ name: 'a.txt', text: 'one\n'.repeat(9) }] },
  new Coverage(),
);

async function linesCitedIn(report: string): Promise<number[]> {
  async function* parts() {
    const bytes = Buffer.from(report);
    for (let at = 0; at < bytes.length; at += 1_000_000) yield bytes.subarray(at, at + 1_000_000);
  }
  const { citations } = await checkReportCitations(parts(), texts, signal);
  return citations.map(({ start }) => start);
}

const prose = (length: number) => 'Some words.\n'.repeat(Math.ceil(length / 12));
/** Text that looks like headings and paragraphs, in a fence. */
const fence = (length: number) =>
  `\`\`\`sh\n${'## a step\n\n./run a.txt:9\n'.repeat(Math.ceil(length / 27))}\`\`\`\n`;

describe('citations of a long report', () => {
  it.each([
    ['a fence about where it is cut', prose(120_000), fence(20_000)],
    ['a fence longer than a piece', prose(30_000), fence(110_000)],
    ['a fence longer than several', prose(30_000), fence(500_000)],
    ['a fence with a line of any length', '', `~~~\n${'x'.repeat(500_000)}\n~~~\n`],
    ['nothing but fences', fence(90_000), fence(90_000)],
  ])('are found behind %s, and not in it', async (_, before, code) => {
    const report = `a.txt:1\n\n${before}\n\na.txt:2\n\n${code}\na.txt:3\n\n${prose(200_000)}a.txt:4\n`;
    expect(await linesCitedIn(report)).toEqual([1, 2, 3, 4]);
  });
});
