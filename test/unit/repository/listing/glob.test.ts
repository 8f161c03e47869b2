import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../../../src/repository/listing/glob';
import { RepositoryError } from '../../../../src/repository/repository';
import { pathsOf, workspaceFolder } from '../workspaceFolder';

const paths = [
  'README.md',
  'app/(group)/page.tsx',
  'lib/a.ts',
  'src/a.js',
  'src/a.ts',
  'src/deep/er/b.test.ts',
  'src/deep/er/b.ts',
  'src/é/c.ts',
];

const cases: readonly [glob: string, matching: readonly string[]][] = [
  ['*.md', ['README.md']],
  ['*.{js,md}', ['README.md', 'src/a.js']],
  ['a.ts', ['lib/a.ts', 'src/a.ts']],
  ['/README.md', ['README.md']],
  ['src/*.ts', ['src/a.ts']],
  ['./src/*.ts', ['src/a.ts']],
  ['src/**/*.ts', ['src/a.ts', 'src/deep/er/b.test.ts', 'src/deep/er/b.ts', 'src/é/c.ts']],
  ['**/er/*.ts', ['src/deep/er/b.test.ts', 'src/deep/er/b.ts']],
  ['deep', ['src/deep/er/b.test.ts', 'src/deep/er/b.ts']],
  ['src/deep/', ['src/deep/er/b.test.ts', 'src/deep/er/b.ts']],
  ['src/[a-b].?s', ['src/a.js', 'src/a.ts']],
  ['src/é/*', ['src/é/c.ts']],
  ['app/(group)/*', ['app/(group)/page.tsx']],
  ['!src/**', ['README.md', 'app/(group)/page.tsx', 'lib/a.ts']],
  ['!*.ts', ['README.md', 'app/(group)/page.tsx', 'src/a.js']],
  ['nothing/**', []],
];

describe('a glob', () => {
  it.each(cases)('%s matches by itself what it should', (glob, matching) => {
    const compiled = compileGlob(glob);
    expect(paths.filter((path) => compiled.matches(path))).toEqual(matching);
  });

  it.each(cases)('%s lists the same through ripgrep', async (glob, matching) => {
    await using folder = await workspaceFolder(
      Object.fromEntries(paths.map((path) => [path, 'x'])),
    );
    expect(await pathsOf(await folder.open(), glob)).toEqual(matching);
  });

  it.each(['', '!', '/'])('%j is refused', (glob) => {
    expect(() => compileGlob(glob)).toThrow(RepositoryError);
  });

  it("says what is wrong with one that can't be read", async () => {
    await using folder = await workspaceFolder({ a: 'x' });
    await expect(pathsOf(await folder.open(), 'src/[a')).rejects.toThrow(
      /^The glob "src\/\[a" can't be used: unclosed character class/,
    );
  });

  it('does not bring back what .gitignore hides', async () => {
    await using folder = await workspaceFolder({
      '.gitignore': '*.log\nbuild/\n',
      'a.log': 'x',
      'build/b.ts': 'x',
      'c.ts': 'x',
    });
    const repository = await folder.open();
    expect(await pathsOf(repository, '*.log')).toEqual([]);
    expect(await pathsOf(repository, 'build/**')).toEqual([]);
    expect(await pathsOf(repository, '*.ts')).toEqual(['c.ts']);
  });

  it('is not widened by what .gitignore shows on purpose', async () => {
    await using folder = await workspaceFolder({
      '.gitignore': '*\n!*/\n!*.ts\n!*.md\n',
      'a.md': 'x',
      'b.ts': 'x',
    });
    expect(await pathsOf(await folder.open(), '*.md')).toEqual(['a.md']);
  });
});
