import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { OpenFence } from '../../../src/rlm/report/openFence';
import { recoverReport } from '../../../src/rlm/report/recoverReport';
import { ReportSpool } from '../../../src/rlm/report/reportSpool';
import { temporaryFolder } from '../../host/folders';

const markdown = new MarkdownIt();

/** Headings of the second level, as a reader of Markdown sees them. */
function headings(text: string): string[] {
  const tokens = markdown.parse(text, {});
  return tokens.flatMap(({ type, tag }, index) =>
    type === 'heading_open' && tag === 'h2' ? [tokens[index + 1]?.content ?? ''] : [],
  );
}

const sections: readonly (readonly [string, string])[] = [
  ['an open fence', 'See\n```ts\nconst a = 1;\n'],
  ['one that ends in its line', 'See\n```ts\nconst a = 1;'],
  ['a diagram', '~~~mermaid\nflowchart LR\n  a --> b'],
  ['a longer mark', '````md\n```\ncode\n```\n'],
  ['a mark alone', '```'],
  ['a fence in a list', '- one\n  ```js\n  code\n'],
  ['a fence on the line of its item', '1. ```js\n   code\n'],
  ['one that is closed', '```js\ncode\n```\nText.\n'],
  ['one closed in a list', '- ```js\n  code\n  ```\n- two\n'],
  ['a code span of three', 'Like ``` a ``` b.\n``` a ``` b\n'],
  ['a closing with a word', '```\ncode\n``` js\nmore'],
  ['a quote', '> ```\n> code\n'],
  ['windows line ends', '```js\r\ncode\r\n```\r\nText\r\n'],
  ['two, one open', '```\na\n```\n\n~~~\nb\n'],
];

describe('a fence that a section leaves open', () => {
  it.each(sections)('is closed before the next section: %s', async (_, text) => {
    await using folder = await temporaryFolder('fences');
    const path = join(folder.path, 'report.md');
    const spool = new ReportSpool({ path, sidePath: join(folder.path, 'parts') });
    const { root } = spool;
    const ids = [];
    for (const title of ['One', 'Two', 'Three']) ids.push(await spool.openSection(root, title, 2));
    // Out of order, and in pieces that cut marks in two.
    for (const id of ids.toReversed()) {
      for (const character of Buffer.from(text)) await spool.write(id, Buffer.of(character));
      await spool.close(id);
    }
    await spool.write(root, Buffer.from('```\nleft open'));
    await spool.openSection(root, 'Four', 2, Buffer.from(text));
    await spool.finish();
    await spool.write(root, Buffer.from('\n## Sources\n'));
    await spool.dispose();
    const report = await readFile(path, 'utf8');
    expect(headings(report), report).toEqual(['One', 'Two', 'Three', 'Four', 'Sources']);
  });

  it('is closed when a killed run is recovered', async () => {
    await using folder = await temporaryFolder('fences');
    const sidePath = join(folder.path, 'parts');
    const path = join(folder.path, 'report.md');
    const spool = new ReportSpool({ path, sidePath });
    const one = await spool.openSection(spool.root, 'One', 2);
    const two = await spool.openSection(spool.root, 'Two', 2);
    await spool.openSection(spool.root, 'Three', 2);
    await spool.write(one, Buffer.from('```ts\nhalf'));
    await spool.write(two, Buffer.from('~~~\nhalf'));
    // Killed here: nothing is closed.
    await recoverReport(sidePath);
    expect(headings(await readFile(path, 'utf8'))).toEqual(['One', 'Two', 'Three']);
    await spool.dispose().catch(() => undefined);
  });

  it('leaves text as it is that has none', () => {
    for (const text of ['', 'a', 'a\n', '`a`', '```\na\n```', '    indented\n', '~~strike~~\n']) {
      const fence = new OpenFence();
      fence.feed(Buffer.from(text));
      expect(fence.close(), text).toBe(null);
    }
  });
});
