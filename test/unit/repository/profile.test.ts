import { describe, expect, it } from 'vitest';
import { calm, workspaceFolder } from './workspaceFolder';

const enough = 60_000;

describe('profile', () => {
  it('tells size, languages, folders, build files and the head of the README', async () => {
    await using folder = await workspaceFolder({
      'README.md': `# Demo\n\nIt does things.\n${'More.\n'.repeat(100)}`,
      'package.json': '{}',
      'src/a.ts': 'a',
      'src/deep/b.ts': 'b',
      'tools/c.py': 'c',
      'packages/one/Cargo.toml': '',
      'a/b/c/package.json': '{}',
      'vendor/x/Makefile': '',
      notes: '',
    });
    const { readme, ...rest } = await (await folder.open()).profile(enough, calm);
    expect(rest).toEqual({
      files: 9,
      complete: true,
      languages: [
        { name: 'JSON', files: 2 },
        { name: 'TypeScript', files: 2 },
        { name: 'Makefile', files: 1 },
        { name: 'Markdown', files: 1 },
        { name: 'Python', files: 1 },
        { name: 'TOML', files: 1 },
      ],
      folders: [
        { name: 'src/', files: 2 },
        { name: 'a/', files: 1 },
        { name: 'packages/', files: 1 },
        { name: 'tools/', files: 1 },
        { name: 'vendor/', files: 1 },
      ],
      buildFiles: ['package.json', 'packages/one/Cargo.toml'],
    });
    expect(readme?.path).toBe('README.md');
    expect(readme?.text).toMatch(/^# Demo\n\nIt does things\.\n(More\.\n){36}More\.$/);
  });

  it('shows nothing of what policy hides', async () => {
    await using folder = await workspaceFolder({
      '.gitignore': 'README.md\nbuilt/\n',
      'README.md': 'ignored',
      '.env': 'KEY=1',
      'built/package.json': '{}',
      'gone/Makefile': '',
      'src/main.c': '',
    });
    const repository = await folder.open({ exclude: ['gone'] });
    expect(await repository.profile(enough, calm)).toEqual({
      files: 2,
      complete: true,
      languages: [{ name: 'C', files: 1 }],
      folders: [{ name: 'src/', files: 1 }],
      buildFiles: [],
      readme: null,
    });
  });

  it('says of more files than are counted no more than that, and stops with its signal', async () => {
    await using folder = await workspaceFolder({
      'README.md': '# Demo',
      'package.json': '{}',
      'src/a.ts': '',
      'src/b.ts': '',
    });
    const repository = await folder.open();
    expect((await repository.profile(4, calm)).complete).toBe(true);
    expect(await repository.profile(3, calm)).toEqual({
      files: 3,
      complete: false,
      languages: [],
      folders: [],
      buildFiles: [],
      readme: { path: 'README.md', text: '# Demo' },
    });
    const aborted = AbortSignal.abort(new Error('stopped'));
    await expect(repository.profile(enough, aborted)).rejects.toThrow('stopped');
  });
});
