import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import MarkdownIt from 'markdown-it';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { buildAsk, startAsk } from './askProcess';

const files: Readonly<Record<string, string>> = {
  'README.md':
    '# Kernels\n\nRuns cells of code, and stops them.\n\n## Words\n\n- **Cell**: a piece of code that is run at once.\n',
  'package.json': '{\n  "scripts": {\n    "test": "run tests"\n  }\n}\n',
  'src/main.ts':
    "import { Kernel } from './repl/kernel';\n\n/** Starts it all. */\nexport function main(): void {\n  new Kernel().run('1');\n}\n",
  'src/repl/kernel.ts':
    "import { spawn } from 'node:child_process';\n\n/** A place where cells run. */\nexport class Kernel {\n  /** Runs one cell. */\n  run(code: string): void {\n    spawn(code);\n  }\n}\n\n/** A name | with a bar, `code` and <T>. */\nexport type Limit<T> = {\n  value: T;\n};\n\nfunction hidden() {}\n",
  'tools/cut.py':
    '"""Tools of the trade."""\n\n\ndef cut(text, at=0):\n    """Cuts a text."""\n    return text[at:]\n\n\ndef _own():\n    pass\n',
  'odd|<b>"dir"/odd.ts': "import { main } from '../src/main';\n\nexport const odd = main;\n",
  'test/kernel.test.ts': "import { Kernel } from '../src/repl/kernel';\n\nnew Kernel();\n",
};

let folder: TemporaryFolder;
let repository: string;
let bundle: string;

beforeAll(async () => {
  folder = await temporaryFolder('offline-reports');
  bundle = await buildAsk(folder.path);
  repository = join(folder.path, 'repository');
  await write(files);
  const git = (...args: readonly string[]) =>
    execa('git', ['-c', 'user.name=Nora', '-c', 'user.email=nora@localhost', ...args], {
      cwd: repository,
      env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    });
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'Begin');
  await git('tag', 'v1');
  await write({ 'tools/saw.py': 'def saw():\n    return 1\n' });
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'Add a saw');
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

async function write(texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), text);
  }
}

/** A report as Markdown that was read, from a run that cited well. */
async function report(template: string, ...more: readonly string[]) {
  const path = join(folder.path, `${template}-${more.length}.md`);
  const args = ['--offline', '--json', '--log', join(folder.path, 'log'), '--report', path];
  const run = await startAsk(bundle, [...args, '--report-template', template, ...more], {
    cwd: repository,
  });
  expect(run.exitCode, run.stderr).toBe(0);
  const { citations }: { citations: { path: string; evidence: string }[] } = JSON.parse(run.stdout);
  expect(citations.filter(({ evidence }) => evidence === 'wrong')).toEqual([]);
  const text = await readFile(path, 'utf8');
  const tokens = new MarkdownIt().parse(text, {});
  const headings = tokens.flatMap(({ type, tag }, index) =>
    type === 'heading_open' && tag === 'h2' ? [tokens[index + 1]?.content ?? ''] : [],
  );
  // A bar in a cell would make more of them.
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  const tables = tokens.filter(({ type }) => type === 'tr_open').length;
  const separators = rows.filter((row) => /^\|[\s:|-]+\|$/.test(row)).length;
  expect(tables).toBe(rows.length - separators);
  expect(headings.slice(-2)).toEqual(['Sources', 'Coverage']);
  return { text, headings: headings.slice(0, -2), citations };
}

describe('an offline report', () => {
  it('on the architecture has a section for each part, and a diagram of what uses what', async () => {
    const { text, headings, citations } = await report('architecture-overview');
    expect(headings).toEqual([
      'What it is',
      'How the parts use each other',
      "odd\\|&lt;b>'dir'",
      'src',
      'src/repl',
      'tools',
      'Building and running',
    ]);
    expect(text).toContain('> Runs cells of code, and stops them.\n\n(`README.md:3`)');
    expect(text).toContain('  p1["src"]\n  p2["src/repl"]\n');
    expect(text).toContain('| src | src/repl | 1 | `src/main.ts:1` |');
    expect(text).toContain('- `main` (`src/main.ts:3-4`): Starts it all.');
    expect(text).toContain('Tools of the trade. (`tools/cut.py:1`)');
    expect(text).toContain('- Commands are in `package.json:2-4`');
    expect(citations.length).toBeGreaterThan(6);
  });

  it('on the API has signature, place, comment and methods of what is public', async () => {
    const { text, headings } = await report('api-reference');
    expect(headings.slice(-3)).toEqual(['src', 'src/repl', 'tools']);
    expect(text).toContain('| src/repl | 1 | 2 |');
    expect(text).toContain(
      '#### Kernel\n\n`src/repl/kernel.ts:4`\n\n```ts\nexport class Kernel {\n```\n\nA place where cells run.\n\n- `run` (`src/repl/kernel.ts:5-6`): Runs one cell.\n',
    );
    expect(text).toContain('```ts\nexport type Limit<T> = {\n  value: T;\n};\n```');
    expect(text).toContain('```py\ndef cut(text, at=0):\n```\n\nCuts a text.\n');
    expect(text).not.toMatch(/hidden|_own/);
  });

  it('on the tests has what no test names', async () => {
    const { text } = await report('test-gaps');
    expect(text).toContain('| tools | 2 | 0 | 2 |');
    expect(text).toContain('- `cut` (`tools/cut.py:4-5`): Cuts a text.');
    expect(text).toContain('- `Kernel` (`src/repl/kernel.ts:4`) in `test/kernel.test.ts:1`');
  });

  it('on the words has a section for each letter', async () => {
    const { text, headings } = await report('glossary');
    expect(headings).toEqual(['C', 'K', 'L']);
    expect(text).toContain('**Cell** · word: a piece of code that is run at once. (`README.md:7`)');
    expect(text).toContain(
      '**Kernel** · class: A place where cells run. (`src/repl/kernel.ts:3-4`)',
    );
  });

  it('for newcomers quotes what there is, and names the commands', async () => {
    const { text } = await report('onboarding-guide');
    expect(text).toContain('## What README.md says\n\n### Kernels\n\n> Runs cells of code');
    expect(text).toContain('- `npm run test` (`package.json:3`)');
  });

  it('on security says that it is no review, and where one can begin', async () => {
    const { text } = await report('security-review', '--report-language', 'Deutsch');
    expect(text).toMatch(
      /It is where a review can begin, and no review\. It can only be in English\./,
    );
    expect(text).toContain('- `src/repl/kernel.ts:7` `spawn(code);`');
  });

  it('on changes has the commits and the files', async () => {
    const { text } = await report('change-log', '--revisions', 'v1..HEAD');
    expect(text).toContain('From v1 to HEAD: 1 commit; 1 file, 1 new; 2 lines more, 0 lines less.');
    expect(text).toMatch(/## Commits\n\n- Add a saw \([0-9a-f]{8}, /);
    expect(text).toContain(
      '- **saw.py**, new: 2 lines more, 0 less; adds or changes `saw` (`tools/saw.py:1-2`)',
    );
  });
});
