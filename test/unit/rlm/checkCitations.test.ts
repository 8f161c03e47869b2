import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../../src/repository/openRepository';
import { checkCitations } from '../../../src/rlm/citations/checkCitations';
import { citedTexts } from '../../../src/rlm/citations/citedTexts';
import { ReadTexts } from '../../../src/rlm/coverage/readTexts';
import type { Subject } from '../../../src/rlm/subject/subject';

const signal = new AbortController().signal;
const check = (answer: string, subject: Subject, asRead = new ReadTexts()) =>
  checkCitations(answer, citedTexts(subject, asRead), signal);
const document = (name: string, lines: readonly string[]): Subject => ({
  kind: 'documents',
  documents: [{ name, text: lines.join('\n') }],
});

describe('lines', () => {
  const notes = document('notes.txt', ['one', 'two', 'three']);

  it('are verified when they exist; the others are doubted with the reason', async () => {
    const answer = 'notes.txt:1-3, again notes.txt:1-3, notes.txt:3-4, notes.txt:2-1, other.txt:1';
    expect(await check(answer, notes)).toEqual({
      answer,
      citations: [
        { path: 'notes.txt', start: 1, end: 3, verified: true },
        { path: 'notes.txt', start: 3, end: 4, verified: false },
        { path: 'notes.txt', start: 2, end: 1, verified: false },
        { path: 'other.txt', start: 1, end: 1, verified: false },
      ],
      doubts: [
        { path: 'notes.txt', start: 3, end: 4, reason: 'the file has 3 lines' },
        { path: 'notes.txt', start: 2, end: 1, reason: 'these are not valid lines' },
        {
          path: 'other.txt',
          start: 1,
          end: 1,
          reason: 'there is no such file, or it may not be read',
        },
      ],
    });
  });

  it('are not sought for ports and times', async () => {
    const { citations } = await check('127.0.0.1:80, localhost:3000, at 12:30', notes);
    expect(citations).toEqual([]);
  });
});

describe('quoted code', () => {
  const lines = Array.from({ length: 60 }, (_, i) => `line ${i + 1} of filler`);
  lines[29] = 'const timeout = 30_000; // ms';
  lines[30] = 'function wait(ms: number) {';
  lines[31] = '  return sleep(Math.min(ms, timeout));';
  lines[32] = '}';
  const code = document('src/a.ts', lines);

  it.each([
    ['a span before', 'It is `const timeout = 30_000;` (`src/a.ts:30`).'],
    ['a span after', 'See src/a.ts:30 — `const timeout = 30_000;`.'],
    ['other spacing', '`const  timeout=30_000;` in src/a.ts:30'],
    [
      'a fence',
      '`src/a.ts:31-33`:\n\n```ts\nfunction wait(ms: number) {\n  return sleep(Math.min(ms, timeout));\n}\n```',
    ],
    [
      'a fence with line numbers',
      '`src/a.ts:30-31`:\n```\n30: const timeout = 30_000; // ms\n31: function wait(ms: number) {\n```',
    ],
    ['left-out lines', '`src/a.ts:31-33`:\n```ts\nfunction wait(ms: number) {\n  // ...\n}\n```'],
  ])('is found in the cited lines: %s', async (_, answer) => {
    const { answer: after, doubts, citations } = await check(answer, code);
    expect({ after, doubts }).toEqual({ after: answer, doubts: [] });
    expect(citations).toMatchObject([{ verified: true }]);
  });

  it.each([
    [
      'It is `const timeout = 30_000;` (`src/a.ts:12`).',
      'It is `const timeout = 30_000;` (`src/a.ts:30`).',
    ],
    [
      'See [src/a.ts#L40-L41]:\n```ts\nfunction wait(ms: number) {\n  return sleep(Math.min(ms, timeout));\n```\nand src/a.ts:1.',
      'See [src/a.ts#L31-32]:\n```ts\nfunction wait(ms: number) {\n  return sleep(Math.min(ms, timeout));\n```\nand src/a.ts:1.',
    ],
    [
      'past the end, src/a.ts:61: `x = 1; const` no',
      'past the end, src/a.ts:61: `x = 1; const` no',
    ],
  ])('moves a citation that is a few lines off: %j', async (before, after) => {
    expect((await check(before, code)).answer).toBe(after);
  });

  it('makes a citation of other lines doubtful when it is nowhere near', async () => {
    const { citations, doubts } = await check('`const timeout = 60_000;` (src/a.ts:30)', code);
    expect(citations).toEqual([{ path: 'src/a.ts', start: 30, end: 30, verified: false }]);
    expect(doubts[0]?.reason).toBe('those lines do not have the quoted text');
    const far = await check('`const timeout = 30_000;` (src/a.ts:55)', code);
    expect(far.citations).toMatchObject([{ start: 55, verified: false }]);
  });

  it.each([
    'The function `sleepWell` (`src/a.ts:30`) waits.',
    'Run `npm run wait` (`src/a.ts:30`).',
    '`wait(a, b, c)` in src/a.ts:1 is called by src/a.ts:2, `other = 1` is not.',
    'Change `src/a.ts:30`:\n```diff\n-const timeout = 1;\n```',
    'Replace what is at src/a.ts:30 by this:\n```ts\nconst timeout = 1;\n```',
  ])('is not seen in names, commands and proposals: %j', async (answer) => {
    expect((await check(answer, code)).doubts).toEqual([]);
  });
});

describe('a repository', () => {
  let folder: string;
  let subject: Subject;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fathom-citations-'));
    subject = {
      kind: 'repository',
      repository: await openRepository([folder], { ripgrep: rgPath }),
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('counts as it was read, when a file is edited afterwards', async () => {
    const asRead = new ReadTexts();
    const before = 'a = 1;\nb = 2;\nc = 3;\n';
    asRead.remember('x.js', before, 1, 3, 3);
    await writeFile(join(folder, 'x.js'), 'changed();\n');
    const { citations } = await check('`b = 2; ` (x.js:2), x.js:3, x.js:4', subject, asRead);
    expect(citations).toMatchObject([
      { start: 2, verified: true },
      { start: 3, verified: true },
      { start: 4, verified: false },
    ]);
  });

  it('does not verify lines of files that may not be read', async () => {
    await writeFile(join(folder, '.env'), 'KEY=1\n');
    await writeFile(join(folder, 'x.js'), 'let x = 1;\n');
    const { citations } = await check('.env:1 and `let x = 1;` (x.js:1)', subject);
    expect(citations).toMatchObject([{ verified: false }, { path: 'x.js', verified: true }]);
  });
});

describe('ReadTexts', () => {
  it('drops the oldest texts beyond its bound, and never the number of lines', () => {
    const texts = new ReadTexts(100);
    for (let i = 0; i < 2000; i++)
      texts.remember(`f${i % 50}`, `${'x'.repeat(19)}\n`, i + 1, i + 1, 9999);
    expect(texts.lines('f49', 2000, 2000).size).toBe(1);
    expect(texts.lines('f0', 1, 1).size).toBe(0);
    expect(texts.totalLines('f0')).toBe(9999);
  });
});
