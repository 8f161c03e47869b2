import { mkdir, readdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DocumentError } from '../../../../src/repository/documents/documentError';
import {
  type DocumentSource,
  openDocuments,
} from '../../../../src/repository/documents/openDocuments';
import { bundledAssets } from '../../../../src/rlm/assets';
import { lazyDocuments } from '../../../../src/rlm/subject/kernelDocuments';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../../../host/folders';
import { makePdf } from '../../../host/makePdf';
import { makeWord, wordParagraph } from '../../../host/makeWord';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('documents');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder[Symbol.asyncDispose]();
});

const assets = bundledAssets(join(projectFolder, 'dist'));
const neverAborted = new AbortController().signal;

async function textOf(name: string, content: Uint8Array | string, signal = neverAborted) {
  const path = join(folder.path, name);
  await writeFile(path, content);
  await using opened = await openDocuments([{ name, from: 'file', path }], assets, signal);
  const [document] = opened.documents;
  const text = document?.text;
  const whole = typeof text === 'string' ? text : (await text?.all())?.toString('utf8');
  return { text: whole ?? '', marks: document?.marks ?? [] };
}

describe('a PDF', () => {
  it('is text with its pages marked', async () => {
    const { text, marks } = await textOf(
      'manual.pdf',
      makePdf([['Valve manual', 'Opens at 4.2 bar (cold).'], [], ['Last page']]),
    );
    expect(text).toBe(
      '=== page 1 ===\nValve manual\nOpens at 4.2 bar (cold).\n\n=== page 2 ===\n[this page has no text]\n\n=== page 3 ===\nLast page\n\n',
    );
    expect(marks).toEqual([
      { line: 1, label: 'page 1' },
      { line: 5, label: 'page 2' },
      { line: 8, label: 'page 3' },
    ]);
  });

  it('is known by what it begins with', async () => {
    const pdf = makePdf([['Hello']]);
    expect((await textOf('manual.bin', pdf)).text).toContain('Hello');
    const late = Buffer.concat([Buffer.from('sent by fax '), pdf]);
    expect((await textOf('manual.pdf', late)).text).toContain('Hello');
  });

  it.each([
    ['mentions PDFs', 'Header (%PDF-1.7), see below\n'],
    ['begins as one', '%PDF-1.7\nis how such a file begins\n'],
  ])('is not what a text is that %s', async (_, content) => {
    expect((await textOf('notes.txt', content)).text).toBe(content);
  });

  it.each([
    ['has no text', makePdf([[], []]), /scan\.pdf has no text: its 2 pages are pictures.*ocrmypdf/],
    [
      'is encrypted',
      makePdf([['Secret']], { encrypted: true }),
      /scan\.pdf is encrypted .* Save a copy of it without one/,
    ],
    [
      'is damaged',
      Buffer.from('%PDF-1.7\nnothing'),
      /damaged or not complete .* convert it to text/,
    ],
  ])('that %s is refused, with what to do', async (_, bytes, message) => {
    const refused = textOf('scan.pdf', bytes);
    await expect(refused).rejects.toThrow(DocumentError);
    await expect(refused).rejects.toThrow(message);
  });
});

describe('a Word document', () => {
  it('is text with headings, lists and tables', async () => {
    const cell = (text: string) => `<w:tc>${wordParagraph(text)}</w:tc>`;
    const body = [
      wordParagraph('Contract', 'Heading1'),
      wordParagraph('Ends on 3 May &amp; not before.'),
      `<w:tbl><w:tr>${cell('Fee')}${cell('12 EUR')}</w:tr><w:tr>${cell('Tax')}${cell('2 EUR')}</w:tr></w:tbl>`,
      '<w:p><w:r><w:t>Signed</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>',
    ];
    const bytes = await makeWord(body.join(''), ['By both parties.']);
    const { text } = await textOf('contract.docx', bytes);
    expect(text).toContain('Ends on 3 May & not before.\n');
    expect(text).toContain('Fee | 12 EUR\nTax | 2 EUR\n');
    expect(text.trim()).toMatch(/^Contract|^# Contract/);
    expect(text.trim()).toMatch(/Signed\[\^1\]\n\n\[\^1\]: By both parties\.$/);
  });

  it('is known by what is in it', async () => {
    const bytes = await makeWord(wordParagraph('Ends on 3 May.'));
    expect((await textOf('piped', bytes)).text).toContain('Ends on 3 May.');
  });

  it.each([
    [
      'is encrypted or old',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      /encrypted or in Word's old format/,
    ],
    ['is damaged', Buffer.from('PK\u0003\u0004 and nothing'), /damaged or not complete/],
  ])('that %s is refused, with what to do', async (_, bytes, message) => {
    await expect(textOf('contract.docx', bytes)).rejects.toThrow(message);
  });
});

describe('a notebook', () => {
  it('is its cells with what they printed, and says what was left out', async () => {
    const notebook = {
      nbformat: 4,
      metadata: { language_info: { name: 'python' } },
      cells: [
        { cell_type: 'markdown', source: ['# Tides\n', 'High water at noon.'] },
        {
          cell_type: 'code',
          source: 'print(depth)\nplot()',
          outputs: [
            { output_type: 'stream', name: 'stdout', text: ['4.2\n'] },
            {
              output_type: 'display_data',
              data: { 'image/png': 'iVBOR', 'text/plain': '<Figure size 2x2>' },
            },
            {
              output_type: 'error',
              ename: 'KeyError',
              evalue: 'x',
              traceback: ['\u001b[31mKeyError\u001b[0m: x'],
            },
            { output_type: 'stream', name: 'stdout', text: 'z'.repeat(30_000) },
          ],
        },
      ],
    };
    const { text, marks } = await textOf('tides.ipynb', JSON.stringify(notebook));
    expect(text).toContain('=== cell 1: markdown ===\n# Tides\nHigh water at noon.\n\n');
    expect(text).toContain(
      '=== cell 2: python code ===\nprint(depth)\nplot()\n--- output ---\n4.2\n',
    );
    expect(text).toContain('<Figure size 2x2>\n[image/png left out]\nKeyError: x\n');
    expect(text).toMatch(/… [\d,]+ characters left out …/);
    expect(text.length).toBeLessThan(11_000);
    expect(marks).toEqual([
      { line: 1, label: 'cell 1' },
      { line: 5, label: 'cell 2' },
    ]);
  });

  it('is known by what is in it', async () => {
    const cells = [{ cell_type: 'markdown', source: '# Tides' }];
    const { text } = await textOf('piped', JSON.stringify({ cells, nbformat: 4 }));
    expect(text).toBe('=== cell 1: markdown ===\n# Tides\n\n');
    const data = JSON.stringify({ nbformat: 4, about: 'notebooks' });
    expect((await textOf('data.json', data)).text).toBe(data);
  });

  it('is read but for what is odd in it', async () => {
    const outputs = [
      { ename: 'KeyError', evalue: null, traceback: null },
      null,
      { text: ['4', null] },
    ];
    const cells = [{ cell_type: 'code', source: 'a', outputs }, null, { source: ['b', 'c'] }];
    const { text } = await textOf('odd.ipynb', JSON.stringify({ cells }));
    expect(text).toBe(
      '=== cell 1: code ===\na\n--- output ---\nKeyError: \n4\n\n=== cell 2: unknown ===\n\n=== cell 3: unknown ===\nbc\n\n',
    );
  });

  it.each([
    ['{"cells": [', /can't be read as a notebook/],
    ['{"a": 1}', /not a Jupyter notebook/],
    ['{"cells": []}', /without cells/],
  ])('is refused when it is %s', async (content, message) => {
    await expect(textOf('tides.ipynb', content)).rejects.toThrow(message);
  });
});

describe('reading documents', () => {
  it('reads large text in any encoding', async () => {
    const text = 'Größe 日本 😀\n'.repeat(100_000);
    expect((await textOf('a.txt', text)).text).toBe(text);
    expect((await textOf('b.txt', Buffer.from(`\ufeff${text}`, 'utf16le'))).text).toBe(text);
    const latin = 'Größe\r\n'.repeat(300_000);
    const bytes = Buffer.from(`${'plain\n'.repeat(5000)}${latin}`, 'latin1');
    expect((await textOf('c.txt', bytes)).text).toBe(
      `${'plain\n'.repeat(5000)}${latin.replaceAll('\r', '')}`,
    );
  });

  it.each([
    ['a short text', 3],
    ['a text that is read in pieces', 300_000],
  ])('reads %s with one wrong byte and a cut end as the UTF-8 that it is', async (_, times) => {
    const right = 'Größe 日本 😀\n'.repeat(times);
    const bytes = Buffer.concat([
      Buffer.from(right),
      Buffer.from([0x61, 0xff, 0x0a]),
      Buffer.from(right),
      Buffer.from('日').subarray(0, 2),
    ]);
    const { text } = await textOf('a.txt', bytes);
    // No comparison by the test library, which takes minutes to say how long texts differ.
    expect(text === `${right}a\ufffd\n${right}\ufffd`).toBe(true);
  });

  it('holds no more of many texts than a kernel can take, and keeps the rest in files', async () => {
    const megabytes = (many: number): DocumentSource => ({
      name: `${many} MB`,
      from: 'text',
      text: 'é2345678\n'.repeat(many * 100_000),
      firstLine: 5,
    });
    const sources = [30, 30, 10].map(megabytes);
    await using opened = await openDocuments(sources, assets, neverAborted);
    const { documents } = opened;
    expect(documents.map(({ text }) => typeof text)).toEqual(['string', 'object', 'string']);
    expect([...lazyDocuments(documents)].map(({ name }) => name)).toEqual(['30 MB']);
    const [, second] = documents;
    expect(second).toMatchObject({ firstLine: 5, text: { lines: 3_000_000, bytes: 30_000_000 } });
  });

  it('names the document that the system fails to read', async () => {
    const error = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    const stream = new Readable({ read: () => void stream.destroy(error) });
    await expect(
      openDocuments([{ name: 'stdin', from: 'stream', stream }], assets, neverAborted),
    ).rejects.toThrow("stdin can't be read: EIO: i/o error, read.");
  });

  it('refuses what is binary or enormous', async () => {
    const binary = Buffer.alloc(2_000_000);
    await expect(textOf('a.bin', binary)).rejects.toThrow('a.bin is a binary file, not text');
    const path = join(folder.path, 'huge.log');
    await writeFile(path, '');
    await truncate(path, 5_000_000_000);
    const source = { name: 'huge.log', from: 'file', path } as const;
    await expect(openDocuments([source], assets, neverAborted)).rejects.toThrow(
      'huge.log is too large: a document may have 4.3 GB. Split it.',
    );
  });

  it('is cancelled, and leaves nothing behind', async () => {
    vi.stubEnv('TMPDIR', folder.path);
    const many = makePdf(Array.from({ length: 3000 }, (_, page) => [`Page ${page}`]));
    const stop = new AbortController();
    const reading = textOf('many.pdf', many, stop.signal);
    setImmediate(() => stop.abort(new Error('Stopped.')));
    await expect(reading).rejects.toThrow('Stopped.');
    expect((await readdir(folder.path)).filter((name) => name.startsWith('fathom-'))).toEqual([]);
  });

  it('removes what a program that was killed left behind, a day later', async () => {
    vi.stubEnv('TMPDIR', folder.path);
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    for (const name of ['2147483646-gone', `${process.pid}-here`, '2147483646-new', 'odd']) {
      await mkdir(join(folder.path, `fathom-documents-${name}`));
      if (name.endsWith('new')) continue;
      await utimes(join(folder.path, `fathom-documents-${name}`), yesterday, yesterday);
    }
    await textOf('manual.pdf', makePdf([['Hello']]));
    expect(new Set(await readdir(folder.path))).toEqual(
      new Set([
        'fathom-documents-2147483646-new',
        `fathom-documents-${process.pid}-here`,
        'fathom-documents-odd',
        'manual.pdf',
      ]),
    );
  });

  it('keeps the thread of its caller free', async () => {
    const many = makePdf(Array.from({ length: 300 }, (_, page) => [`Page ${page}`]));
    let longest = 0;
    let last = performance.now();
    const ticking = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    await textOf('many.pdf', many);
    clearInterval(ticking);
    // A parse in this thread takes seconds.
    expect(longest).toBeLessThan(1000);
  });
});
