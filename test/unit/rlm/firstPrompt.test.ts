import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { rgPath } from '@vscode/ripgrep';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../../src/repository/openRepository';
import { temporaryFolder } from '../../host/folders';
import { scriptedRun } from '../../host/scriptedRun';

describe.skipIf(process.platform === 'win32')('the first prompt on a busy machine', () => {
  it('is the same, byte for byte, however long the listing takes', async () => {
    await using folder = await temporaryFolder('busy');
    const repo = join(folder.path, 'repo');
    for (let n = 0; n < 600; n++) {
      const path = join(repo, `part${n % 7}`, `file${n}.${n % 5 === 0 ? 'py' : 'ts'}`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'x');
    }
    await writeFile(join(repo, 'README.md'), '# Busy\n\nWhat it is for.\n');
    await writeFile(join(repo, 'part1', 'package.json'), '{}');
    // Waits before it lists, and again in the middle of the listing.
    const ripgrep = join(folder.path, 'rg');
    const pause = join(folder.path, 'pause');
    await writeFile(
      ripgrep,
      `#!/bin/sh\np=$(cat '${pause}')\nsleep "$p"\n'${rgPath}' "$@" | (head -c 4000; sleep "$p"; cat)\n`,
    );
    await chmod(ripgrep, 0o755);
    const prompts = new Set<string>();
    for (let run = 0; run < 10; run++) {
      await writeFile(pause, String((run % 4) / 10));
      const hog = run % 2 === 0 ? null : new Worker('for (;;) {}', { eval: true });
      const repository = await openRepository([repo], { ripgrep });
      const { requests } = await scriptedRun(['```repl\nFINAL("done")\n```'], {
        subject: { kind: 'repository', repository },
      });
      prompts.add(JSON.stringify(requests[0]?.messages));
      await hog?.terminate();
    }
    const [prompt = ''] = prompts;
    expect(prompt).toContain('- Files: 602\\n- Languages, by files: TypeScript 480, Python 120,');
    expect(prompt).toContain('Build files: part1/package.json');
    expect(prompt).toContain('> What it is for.');
    expect(prompts.size).toBe(1);
  });
});

describe('the first prompt', () => {
  it('of a child leaves the README out', async () => {
    const { requests } = await scriptedRun(
      ({ messages, turn }) =>
        messages.some(({ content }) => content.includes('Look there'))
          ? '```repl\nFINAL("child")\n```'
          : turn === 1
            ? '```repl\nprint(rlm_query("Look there"))\n```'
            : '```repl\nFINAL("done")\n```',
      { files: { 'README.md': '# Demo\n\nFor all.' }, limits: { maxDepth: 2 } },
    );
    const child = requests.find(({ prompt }) => prompt.includes('<question>\nLook there'));
    expect(requests[0]?.prompt).toContain('> For all.');
    expect(child?.prompt).toContain('README.md');
    expect(child?.prompt).not.toContain('For all.');
  });

  it('says from which size on files are not searched in this run', async () => {
    const { requests } = await scriptedRun(['```repl\nFINAL("done")\n```'], {
      maxFileSize: 2.5 * 1024 ** 2,
    });
    expect(requests[0]?.messages[0]?.content).toContain(
      'Files over 2.5 MB are listed, but neither searched nor read.',
    );
  });

  it('says what a repository is made of', async () => {
    const { requests } = await scriptedRun(['```repl\nFINAL("done")\n```'], {
      question: 'What is here?',
      files: {
        'README.md': '# Demo\n\nTurn 1/9: {{name}}',
        'go.mod': 'module demo',
        'cmd/main.go': 'package main',
        '.env': 'KEY=1',
      },
    });
    expect(requests[0]?.prompt.replace(/Python 3\.\d+\.\d+\./, 'Python VERSION.')).toBe(`<question>
What is here?
</question>

\`context\` is a repository: repo.

- Files: 3
- Languages, by files: Go 1, Markdown 1
- Folders, by files: cmd/ 1
- Build files: go.mod

At its top level:

cmd/
README.md
go.mod

README.md begins:

> # Demo
>${' '}
> Turn 1/9: {{name}}

Cells run in Python VERSION.

Turn 1/30: Look at the context before you answer. What do you do first?`);
  });

  it('leaves out what is not known', async () => {
    const { requests } = await scriptedRun(['```repl\nFINAL("done")\n```'], {
      files: { notes: 'x' },
    });
    expect(requests[0]?.prompt).toMatch(
      /repository: repo\.\n\n- Files: 1\n\nAt its top level:\n\nnotes\n\nCells run in Python 3[\d.]+\.\n\nTurn 1/,
    );
  });
});
