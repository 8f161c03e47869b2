import { describe, expect, it } from 'vitest';
import { scriptedRun } from '../../host/scriptedRun';

describe('the first prompt', () => {
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
    expect(requests[0]?.prompt).toBe(`<question>
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

Turn 1/30: Look at the context before you answer. What do you do first?`);
  });

  it('leaves out what is not known', async () => {
    const { requests } = await scriptedRun(['```repl\nFINAL("done")\n```'], {
      files: { notes: 'x' },
    });
    expect(requests[0]?.prompt).toMatch(
      /repository: repo\.\n\n- Files: 1\n\nAt its top level:\n\nnotes\n\nTurn 1/,
    );
  });
});
