import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../../../src/repository/openRepository';
import { type CheckOptions, checkCitations } from '../../../../src/rlm/citations/checkCitations';
import { citedTexts } from '../../../../src/rlm/citations/citedTexts';
import { Coverage } from '../../../../src/rlm/coverage/coverage';
import type { Subject } from '../../../../src/rlm/subject/subject';

const signal = new AbortController().signal;
const check = (
  answer: string,
  subject: Subject,
  coverage = new Coverage(),
  options: CheckOptions = {},
) => checkCitations(answer, citedTexts(subject, coverage), signal, options);
const document = (name: string, lines: readonly string[]): Subject => ({
  kind: 'documents',
  documents: [{ name, text: lines.join('\n') }],
});

describe('evidence', () => {
  const notes = document('notes.txt', ['one', 'two', 'three', '', 'five']);

  it('says who has seen the cited lines', async () => {
    const coverage = new Coverage();
    coverage.read({ path: 'notes.txt', text: 'one\ntwo\n', start: 1, end: 2, totalLines: 5 });
    coverage.shown('notes.txt', 1, 1);
    const { citations, doubts } = await check(
      'notes.txt:1, notes.txt:2, notes.txt:1-2, notes.txt:3 and notes.txt:1-3',
      notes,
      coverage,
    );
    expect(citations.map(({ evidence }) => evidence)).toEqual([
      'read',
      'used',
      'used',
      'unread',
      'unread',
    ]);
    expect(doubts.map(({ start, end, reason, needs }) => [start, end, reason, needs])).toEqual([
      [3, 3, 'these lines were shown to no model of this run', { start: 3, end: 3 }],
      [1, 3, 'lines 2-3 were shown to no model of this run', { start: 2, end: 3 }],
    ]);
  });

  it('does not ask for lines without text', async () => {
    const coverage = new Coverage();
    coverage.shown('notes.txt', 3, 3);
    coverage.shown('notes.txt', 5, 5);
    const { citations } = await check('notes.txt:3-5', notes, coverage);
    expect(citations).toMatchObject([{ evidence: 'read' }]);
  });

  it('counts what an earlier question of the conversation was shown', async () => {
    const earlier = new Coverage();
    earlier.shown('notes.txt', 1, 2);
    const coverage = new Coverage();
    coverage.goOnFrom(earlier);
    const { citations } = await check('notes.txt:1-2', notes, coverage);
    expect(citations).toMatchObject([{ evidence: 'read' }]);
  });

  it('is wrong with the reason where there are no such lines', async () => {
    const answer = 'notes.txt:5-6, notes.txt:2-1, other.txt:1';
    const { citations, doubts, answer: after } = await check(answer, notes);
    expect(after).toBe(answer);
    expect(citations.map(({ evidence }) => evidence)).toEqual(['wrong', 'wrong', 'wrong']);
    expect(doubts.map(({ reason }) => reason)).toEqual([
      'the file has 5 lines',
      'these are not valid lines',
      'there is no such file, or it may not be read',
    ]);
  });

  it('is not sought for ports and times', async () => {
    const { citations } = await check('127.0.0.1:80, localhost:3000, at 12:30', notes);
    expect(citations).toEqual([]);
  });
});

describe('quoted code', () => {
  const lines = Array.from({ length: 80 }, (_, i) => `line ${i + 1} of filler`);
  lines[29] = 'const timeout = 30_000; // ms';
  lines[30] = 'function wait(ms: number) {';
  lines[31] = '  return sleep(Math.min(ms, timeout));';
  lines[32] = '}';
  lines[49] = 'const twice = 1;';
  lines[51] = 'const twice = 1;';
  lines[60] = 'copy(source, deep=True)';
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
    expect(citations).toMatchObject([{ evidence: 'quoted' }]);
  });

  it.each([
    [
      'It is `const timeout = 30_000;` (`src/a.ts:12`).',
      'It is `const timeout = 30_000;` (`src/a.ts:30`).',
    ],
    [
      'See [src/a.ts#L40-L41]:\n```ts\nfunction wait(ms: number) {\n  return sleep(Math.min(ms, timeout));\n```\nand src/a.ts:1.',
      'See [src/a.ts:31-32]:\n```ts\nfunction wait(ms: number) {\n  return sleep(Math.min(ms, timeout));\n```\nand src/a.ts:1.',
    ],
    ['The call `sleep(Math.min(ms, timeout))` (`src/a.ts:34`).', null],
    ['It is `copy(source, deep=True)` (`src/a.ts:65`).', null],
  ])('moves a citation that is a few lines off: %j', async (before, after) => {
    expect((await check(before, code)).answer).toBe(after ?? before);
  });

  it('moves a citation to a telling name beside it that stands once and near', async () => {
    const named = document('src/b.ts', [
      "import { parseFile } from './c';",
      ...Array.from({ length: 10 }, () => 'x'),
      'export function loadIndex() {',
      '  return parseFile(1);',
      '}',
    ]);
    const answer =
      '`loadIndex()` (`src/b.ts:9`) calls `parseFile` (`src/b.ts:11`), `x` (`src/b.ts:13`).';
    const { answer: after } = await check(answer, named);
    expect(after).toBe(
      '`loadIndex()` (`src/b.ts:12`) calls `parseFile` (`src/b.ts:13`), `x` (`src/b.ts:13`).',
    );
  });

  it('moves nothing where the text stands twice, or the text is written already', async () => {
    const twice = await check('`const twice = 1;` (src/a.ts:45)', code);
    expect(twice.citations).toEqual([{ path: 'src/a.ts', start: 45, end: 45, evidence: 'wrong' }]);
    expect(twice.doubts[0]?.reason).toBe(
      'those lines do not have the quoted text `const twice = 1;`. It is at 50 and 52',
    );
    const written = await check('`const timeout = 30_000;` (src/a.ts:12)', code, new Coverage(), {
      isWritten: true,
    });
    expect(written.citations).toMatchObject([{ start: 12, evidence: 'wrong' }]);
  });

  it('that is nowhere near makes a citation wrong, and says where it is', async () => {
    const { citations, doubts } = await check('`const timeout = 60_000;` (src/a.ts:30)', code);
    expect(citations).toEqual([{ path: 'src/a.ts', start: 30, end: 30, evidence: 'wrong' }]);
    expect(doubts[0]).toMatchObject({
      reason:
        'those lines do not have the quoted text `const timeout = 60_000;`. It is nowhere in the file',
      needs: { start: 30, end: 30 },
    });
    const far = await check('`const timeout = 30_000;` (src/a.ts:55)', code);
    expect(far.citations).toMatchObject([{ start: 55, evidence: 'wrong' }]);
    expect(far.doubts[0]?.reason).toContain('It is at 30');
  });

  it('is not held against a citation that a model stands by', async () => {
    const coverage = new Coverage();
    coverage.shown('src/a.ts', 30, 30);
    const { citations, doubts } = await check(
      '`const timeout = 60_000;` (src/a.ts:30), src/a.ts:99',
      code,
      coverage,
      { told: new Set(['src/a.ts:30-30', 'src/a.ts:99-99']) },
    );
    expect(citations).toMatchObject([{ evidence: 'read' }, { evidence: 'wrong' }]);
    expect(doubts).toHaveLength(1);
  });

  it.each([
    'The function `sleepWell` (`src/a.ts:30`) waits.',
    'Copies with `deep=True` (`src/a.ts:30`).',
    'It gives `{"a": 1}` (`src/a.ts:30`).',
    'Run `npm run wait` (`src/a.ts:30`).',
    '`wait(a, b, c)` in src/a.ts:1 is called by src/a.ts:2, `other = 1` is not.',
    'Change `src/a.ts:30`:\n```diff\n-const timeout = 1;\n```',
    'Replace what is at src/a.ts:30 by this:\n```ts\nconst timeout = 1;\n```',
  ])('is not seen in names, parameters, values, commands and proposals: %j', async (answer) => {
    const coverage = new Coverage();
    coverage.shown('src/a.ts', 1, 80);
    const { doubts, citations } = await check(answer, code, coverage);
    expect(doubts).toEqual([]);
    expect(citations.every(({ evidence }) => evidence === 'read')).toBe(true);
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

  async function write(...paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), 'a = 1;\n'.repeat(40));
    }
  }

  it('counts as it was read, when a file is edited afterwards', async () => {
    const coverage = new Coverage();
    const text = 'a = 1;\nb = 2;\nc = 3;\n';
    coverage.read({ path: 'x.js', text, start: 1, end: 3, totalLines: 3 });
    await writeFile(join(folder, 'x.js'), 'changed();\n');
    const { citations } = await check('`b = 2; ` (x.js:2), x.js:3, x.js:4', subject, coverage);
    expect(citations).toMatchObject([
      { start: 2, evidence: 'quoted' },
      { start: 3, evidence: 'used' },
      { start: 4, evidence: 'wrong' },
    ]);
  });

  it('does not show lines of files that may not be read', async () => {
    await writeFile(join(folder, '.env'), 'KEY=1\n');
    await writeFile(join(folder, 'x.js'), 'let x = 1;\n');
    const { citations } = await check('.env:1 and `let x = 1;` (x.js:1)', subject);
    expect(citations).toMatchObject([{ evidence: 'wrong' }, { path: 'x.js', evidence: 'quoted' }]);
  });

  it.each([
    ['src/a.ts:17, 33.', 'src/a.ts:17, src/a.ts:33.'],
    ['`src/a.ts:17, 33`', '`src/a.ts:17`, `src/a.ts:33`'],
    ['In src/a.ts, lines 32-33.', 'In src/a.ts:32-33.'],
    ['`src/a.ts` (lines 10–20) and', '`src/a.ts:10-20` and'],
    ['`src/a.ts`, lines 10 and 12', '`src/a.ts:10` and `src/a.ts:12`'],
    ['lines 10-20 of `src/a.ts`', '`src/a.ts:10-20`'],
    ['src/a.ts (L10-L20)', 'src/a.ts:10-20'],
    ['a claim【F:src/a.ts†L12-L20】【src/a.ts†L3】.', 'a claim `src/a.ts:12-20` `src/a.ts:3`.'],
    ['src/a.ts:10 - 20', 'src/a.ts:10-20'],
    ['src/a.ts#L1C1-L3C2', 'src/a.ts:1-3'],
    ['[load](src/a.ts#L5-L9)', '[load](src/a.ts#L5-L9)'],
    ['https://github.com/o/r/blob/main/src/a.ts#L10-L20', '`src/a.ts:10-20`'],
    [
      'https://github.com/o/r/blob/main/src/none.ts#L1',
      'https://github.com/o/r/blob/main/src/none.ts#L1',
    ],
    ['请看src/a.ts:12的定义', '请看 src/a.ts:12的定义'],
    ['重试在`src/a.ts`第12行。', '重试在`src/a.ts:12`。'],
    ['`src/a.ts` の 12〜20 行目', '`src/a.ts:12-20`'],
    ['`src/a.ts`의 12~20번째 줄', '`src/a.ts:12-20`'],
    ['“src/a.ts:12”', '“src/a.ts:12”'],
    ['图表chart.ts:3', '`图表chart.ts:3`'],
    ['File "src/b c.py", line 12, in load', 'File `src/b c.py:12`, in load'],
    ['src\\a.ts:12', 'src/a.ts:12'],
    ['deep.ts:4', 'src/deep/deep.ts:4'],
    ['src/deep/deep.ts:4, and deep.ts:9', 'src/deep/deep.ts:4, and deep.ts:9'],
    ['twin.ts:4', 'twin.ts:4'],
    ['`obj.method`, line 12', '`obj.method`, line 12'],
  ])('has each usual form of a place spelled in one way: %j', async (before, after) => {
    await write(
      'src/a.ts',
      'src/b c.py',
      'src/deep/deep.ts',
      'x/twin.ts',
      'y/twin.ts',
      '图表chart.ts',
    );
    const { answer, citations } = await check(before, subject);
    expect(answer).toBe(after);
    // What was written is read as the same again.
    const again = await check(answer, subject);
    expect(again.answer).toBe(answer);
    expect(again.citations).toEqual(citations);
  });

  it('names the files that may be meant', async () => {
    await write('src/deep/deep.ts');
    const { doubts } = await check('lib/deep.ts:4', subject);
    expect(doubts[0]?.reason).toBe(
      'there is no such file, or it may not be read; there is `src/deep/deep.ts`',
    );
  });
});
