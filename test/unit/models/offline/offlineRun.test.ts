import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RepositoryOptions } from '../../../../src/repository/openRepository';
import type { Subject } from '../../../../src/rlm/subject/subject';
import { askOffline, folderSubject, type OfflineRun } from './offlineRun';

const temporary: string[] = [];

afterEach(async () => {
  await Promise.all(temporary.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function repository(
  files: Readonly<Record<string, string>>,
  options: Partial<RepositoryOptions> = {},
): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'fathom-offline-'));
  temporary.push(folder);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folderSubject(folder, options);
}

const files = {
  'README.md': '# Demo\n\nRuns cells. See the docs on cells and limits.\n',
  'src/runCell.ts':
    "import { limit } from './limit';\n\n/** Executes a cell within its limits. */\nexport async function runCell(code: string): Promise<void> {\n  await limit(code);\n}\n",
  'src/limit.ts':
    'export const limits = { seconds: 3 };\n\nexport function limit(x: string) {\n  return x;\n}\n',
  'test/runCell.test.ts': "it('executes cells and limits them', () => runCell('cell'));\n",
  'src/fence.ts':
    '/** A fence in a comment:\n * ```ts\n * x\n * ```\n */\nexport function fence() {}\n',
};

function expectClean({ result, outputs }: OfflineRun): void {
  expect(outputs.join('\n')).not.toContain('Traceback');
  expect(result.citations.filter(({ evidence }) => evidence === 'wrong')).toEqual([]);
  expect(result.answer).toMatch(/^Offline answer: keyword search, no language model\./);
}

describe('an offline run about a repository', () => {
  it('leads with the place that defines it, with lines, signature and reason', async () => {
    const run = await askOffline(
      'Where are cells executed, and what limits them?',
      await repository(files),
    );
    expectClean(run);
    expect(run.result).toMatchObject({ status: 'answered', iterations: 4, withoutCode: false });
    expect(run.result.citations[0]).toEqual({
      path: 'src/runCell.ts',
      start: 3,
      end: 6,
      evidence: 'read',
    });
    expect(run.result.answer).toContain(
      'Most likely `src/runCell.ts:3-6` (`runCell`), where these words meet: cells, executed, limits.',
    );
    expect(run.result.answer).toContain(
      '```ts\n/** Executes a cell within its limits. */\nexport async function runCell(',
    );
    expect(run.result.usage).toMatchObject({ costUsd: 0, estimated: true });
    expect(run.result.subcalls).toBeGreaterThan(1);
  });

  it('says which words were found nowhere', async () => {
    const run = await askOffline('Where do zebras limit cells?', await repository(files));
    expectClean(run);
    expect(run.result.answer).toContain('Found nowhere: zebras.');
  });

  it('looks within names and words when nothing else is there', async () => {
    const run = await askOffline('Where is `cellExecuted`?', await repository(files));
    expectClean(run);
    expect(run.result.citations[0]?.path).toBe('src/runCell.ts');
  });

  it('looks within other words, too', async () => {
    const odd = { 'a.ts': 'export function unfrobnicated() {\n  return 1;\n}\n' };
    const run = await askOffline('Where is frobnicated?', await repository(odd));
    expectClean(run);
    expect(run.result.citations).toEqual([{ path: 'a.ts', start: 1, end: 3, evidence: 'read' }]);
  });

  it('says honestly that there is nothing', async () => {
    const run = await askOffline('Where are zebras fed?', await repository(files));
    expectClean(run);
    expect(run.result).toMatchObject({ status: 'answered', citations: [] });
    expect(run.result.answer).toContain(
      'Nothing was found. It was searched for **zebras**, **fed**',
    );
  });

  it('says which files were too large to be searched', async () => {
    const large = { ...files, 'all.log': `${'x'.repeat(20 * 1024 ** 2)}\nzebras fed\n` };
    const run = await askOffline('Where are zebras fed?', await repository(large));
    expectClean(run);
    expect(run.result.answer).toContain('Nothing was found.');
    expect(run.result.answer).toContain('over 20 MB: `all.log`. Ask about such a file as a');
  });

  it('says so of the limit that the run has', async () => {
    const some = { ...files, 'all.log': `${'x'.repeat(2 * 1024 ** 2)}\nzebras fed\n` };
    const low = await repository(some, { maxFileSize: 1.5 * 1024 ** 2 });
    const run = await askOffline('Where are zebras fed?', low);
    expectClean(run);
    expect(run.result.answer).toContain('over 1.5 MB: `all.log`.');
  });

  it('quotes what describes the whole when there is no word to search for', async () => {
    const run = await askOffline('What is this?', await repository(files));
    expectClean(run);
    expect(run.result.answer).toContain('Runs cells.');
    expect(run.result.citations).toContainEqual({
      path: 'README.md',
      start: 1,
      end: 3,
      evidence: 'quoted',
    });
  });

  it.each([
    'Where is "a \\"quoted\\" cell"?',
    'Where is """cell""" or \'\'\'limits\'\'\' \\n {cell} %s?',
    'Which cell? (regex [unclosed',
    'Где cell\u2028выполняется? セル 🙂 \\d+',
    'cell\n\nQuestion: second?\n=== a:1-2 ===',
  ])('survives the question %j', async (question) => {
    const run = await askOffline(question, await repository(files));
    expectClean(run);
    expect(run.result).toMatchObject({ status: 'answered' });
  });

  it('keeps a quoted fence inside of its own', async () => {
    const run = await askOffline('Where is the fence?', await repository(files));
    expectClean(run);
    expect(run.result.answer).toMatch(/^````ts$/m);
  });

  it('copes with odd names and contents', async () => {
    const odd = {
      'a b/cell [1].ts': 'export function cell() {\n  return 1;\n}\n',
      'crlf.ts': 'line\r\n\r\nfunction cell() {\r\n  return 2;\r\n}\r\n',
      'long.js': `${'cell();'.repeat(20_000)}\n`,
      'none.ts': '',
      'latin.ts': '// cell \u00e9\n',
    };
    const run = await askOffline('Where is the cell?', await repository(odd));
    expectClean(run);
    expect(run.result.citations.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['a b/cell [1].ts', 'crlf.ts']),
    );
  });

  it.each([
    [1, 'The files with the most of the question'],
    [2, 'The files with the most of the question'],
    [3, 'Most likely `src/runCell.ts:3-6`'],
  ])('gives what it has after %i turns', async (maxIterations, expected) => {
    const run = await askOffline('Where are cells executed?', await repository(files), {
      maxIterations,
    });
    expect(run.result).toMatchObject({ status: 'limit' });
    expectClean(run);
    expect(run.result.answer).toContain(expected);
  });

  it('gives the files when it may not ask sub-calls', async () => {
    const run = await askOffline('Where are cells executed?', await repository(files), {
      maxSubcalls: 0,
    });
    expect(run.result).toMatchObject({ status: 'limit' });
    expect(run.result.answer).toContain('src/runCell.ts');
  });
});

describe('an offline run about documents', () => {
  const documents: Subject = {
    kind: 'documents',
    documents: [
      { name: 'notes.md', text: '# Notes\n\n## Budget\n\nThe rocket costs 3 million.\n' },
      { name: 'log.txt', text: `${'all quiet\n'.repeat(3000)}the rocket exploded\n` },
    ],
  };

  it('cites them by name and line', async () => {
    const run = await askOffline('When did the rocket explode?', documents);
    expectClean(run);
    expect(run.result.citations[0]).toMatchObject({ path: 'log.txt', end: 3001 });
    expect(run.result.answer).toContain('the rocket exploded');
  });

  it('takes one document as well, and one of a single long line', async () => {
    const text = `${'word '.repeat(50_000)}Anna paid for the rocket.${' more'.repeat(50_000)}`;
    const run = await askOffline('Who paid for the rocket?', {
      kind: 'documents',
      documents: [{ name: 'one line.txt', text }],
    });
    expectClean(run);
    expect(run.result.answer.replaceAll('\n', ' ')).toContain('Anna paid for the rocket');
    expect(run.result.answer.length).toBeLessThan(3000);
  });

  it('shows how they begin when there is no word to search for', async () => {
    const run = await askOffline('Summarize the documents.', documents);
    expectClean(run);
    expect(run.result.answer).toContain('The rocket costs 3 million.');
  });

  it('counts words in Python as the sub-model does: where they start, and as parts of names', async () => {
    const text = 'cell\nrunCell\nCELL_LIMIT\ncancelled\ncells\nexcellent_cell\n';
    const { outputs } = await askOffline('Where is the cell?', {
      kind: 'documents',
      documents: [{ name: 'a.txt', text }],
    });
    expect(outputs[0]).toContain('cell in 5 lines');
  });

  it('says honestly that there is nothing', async () => {
    const run = await askOffline('Where are zebras?', documents);
    expectClean(run);
    expect(run.result.answer).toContain('Nothing was found.');
  });
});
