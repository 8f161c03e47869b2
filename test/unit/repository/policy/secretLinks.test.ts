import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { rgPath } from '@vscode/ripgrep';
import { describe, expect, it } from 'vitest';
import type { LanguageServers } from '../../../../src/repository/language/languageServers';
import { openRepository } from '../../../../src/repository/openRepository';
import type { Repository } from '../../../../src/repository/repository';
import { calm, grepLines, pathsOf, query, workspaceFolder } from '../workspaceFolder';

const secret = 'TOKEN=needle\n';

/** A repository with a home folder beside it; `links` are more names of files, by path. */
async function linkedFolder(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>>,
) {
  const folder = await workspaceFolder(files);
  for (const [name, of] of Object.entries(links)) {
    await mkdir(join(folder.path, name, '..'), { recursive: true });
    await link(join(folder.path, of), join(folder.path, name));
  }
  await mkdir(join(folder.path, 'repository'), { recursive: true });
  const home = join(folder.path, 'home');
  return {
    path: folder.path,
    open: (options = {}) =>
      openRepository([join(folder.path, 'repository')], { ripgrep: rgPath, home, ...options }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** All that a repository says of a file that it has to hide, whatever is asked first. */
const questions: Readonly<
  Record<string, (repository: Repository, path: string) => Promise<unknown>>
> = {
  read: (repository, path) => repository.read(path, 1, null, calm),
  files: (repository) => pathsOf(repository),
  'few files': (repository) => repository.fewFiles(100, calm),
  tree: (repository) => repository.tree('', 3, calm),
  grep: (repository) => grepLines(repository, 'needle'),
  'grep of the file': (repository, path) => grepLines(repository, 'needle', { path }),
  'grep with one match': (repository) => grepLines(repository, 'needle', { maxCount: 1 }),
  count: async (repository) => [...(await repository.count(query('needle'), calm))],
  search: (repository) => repository.search('needle token', 10, calm),
  chunks: (repository) => repository.chunks({ glob: '**' }, 1000, calm),
  'chunks of the file': (repository, path) =>
    repository.chunks({ paths: ['a.ts', path] }, 1000, calm),
  profile: (repository) => repository.profile(5000, calm),
};

describe('a secret file under another name', () => {
  const cases: Readonly<Record<string, { of: string; as: string; ignored?: boolean }>> = {
    'of the repository': { of: 'repository/.env', as: 'README.md' },
    'of the repository, ignored': { of: 'repository/.env', as: 'README.md', ignored: true },
    'deep in the repository': { of: 'repository/node_modules/x/.npmrc', as: 'docs/readme.txt' },
    'of the settings of Git': { of: 'repository/.git/config', as: 'config.txt' },
    'of a folder of keys': { of: 'repository/keys/.ssh/work', as: 'work.txt' },
    'of a copy': { of: 'repository/server.key.old', as: 'a/b.txt' },
    'of a folder above': { of: '.env.local', as: 'README' },
    'of the user': { of: 'home/.ssh/id_work', as: 'id.txt' },
    'of the cloud': { of: 'home/.aws/credentials', as: 'c.md' },
    'of the network': { of: 'home/.netrc', as: 'c.json' },
    'of Git': { of: 'home/.git-credentials', as: 'c.txt' },
    'of GitHub': { of: 'home/.config/gh/hosts.yml', as: 'hosts.yml' },
  };

  describe.each(Object.entries(cases))('%s', (_, { of, as, ignored }) => {
    const files = {
      [of]: secret,
      'repository/a.ts': 'needle\n',
      'repository/.gitignore': ignored ? '.env\n' : 'node_modules\n',
    };

    it.each(Object.keys(questions))('is not had by: %s', async (name) => {
      await using folder = await linkedFolder(files, { [`repository/${as}`]: of });
      const repository = await folder.open();
      const answer = await questions[name]?.(repository, as).catch((error: unknown) => {
        expect(error).toMatchObject({ kind: 'excluded' });
        return [];
      });
      const text = JSON.stringify(answer);
      expect(text).not.toContain(basename(as));
      expect(text).not.toContain('TOKEN');
    });

    it('is had by who knows nothing of its names (control)', async () => {
      await using folder = await linkedFolder(files, { [`repository/${as}`]: of });
      expect(await readFile(join(folder.path, 'repository', as), 'utf8')).toBe(secret);
      // The very same file, but without the other name.
      await rename(join(folder.path, of), join(folder.path, 'repository', 'plain.txt'));
      const repository = await folder.open();
      expect((await repository.read(as, 1, null, calm)).text).toBe(secret);
      expect(await pathsOf(repository)).toContain(as);
    });
  });

  it('says why it is not read, and that it was not searched, whatever is looked for', async () => {
    await using folder = await linkedFolder(
      { 'repository/.env': secret, 'repository/a.ts': 'other\n' },
      { 'repository/README.md': 'repository/.env' },
    );
    const repository = await folder.open();
    await expect(repository.read('README.md', 1, null, calm)).rejects.toThrow(
      `"README.md" is excluded by the secret-file policy (it is the same file as ".env"); only the user can allow it`,
    );
    for (const pattern of ['needle', 'other', 'nowhere']) {
      expect(await repository.grep(query(pattern), calm)).toMatchObject({ leftOut: ['README.md'] });
    }
    expect(await repository.grep(query('x', { path: 'a.ts' }), calm)).not.toHaveProperty('leftOut');
  });

  it('is had once the user allows it, by any name that it has', async () => {
    const files = { 'repository/.env': secret };
    await using folder = await linkedFolder(files, { 'repository/README.md': 'repository/.env' });
    for (const allowed of ['README.md', '.env', '*.md']) {
      const repository = await folder.open({ allowSecrets: [allowed] });
      expect((await repository.read('README.md', 1, null, calm)).text).toBe(secret);
      expect(await pathsOf(repository)).toContain('README.md');
    }
  });

  it('is one from the moment on when it gets that name', async () => {
    await using folder = await linkedFolder(
      { 'repository/a.txt': 'plain\n', 'repository/.env': secret, 'repository/b.txt': secret },
      { 'repository/a2.txt': 'repository/a.txt' },
    );
    const repository = await folder.open();
    const top = join(folder.path, 'repository');
    // Looked at all, and found nothing.
    expect((await repository.read('a.txt', 1, null, calm)).text).toBe('plain\n');
    expect(await grepLines(repository, 'TOKEN')).toEqual(['b.txt:1:1:TOKEN=needle']);
    await link(join(top, '.env'), join(top, 'c.txt'));
    await expect(repository.read('c.txt', 1, null, calm)).rejects.toMatchObject({
      kind: 'excluded',
    });
    await rm(join(top, 'b.txt'));
    await link(join(top, '.env'), join(top, 'b.txt'));
    // What was listed before counts no more.
    await expect(repository.read('b.txt', 1, null, calm)).rejects.toMatchObject({
      kind: 'excluded',
    });
    expect(await grepLines(repository, 'TOKEN')).toEqual([]);
    await rename(join(top, 'a.txt'), join(top, '.npmrc'));
    await expect(repository.read('a2.txt', 1, null, calm)).rejects.toMatchObject({
      kind: 'excluded',
    });
  });

  it('is not had from an editor or a language server', async () => {
    await using folder = await linkedFolder(
      { 'repository/.env': secret, 'repository/a.ts': 'needle\n' },
      { 'repository/b.ts': 'repository/.env' },
    );
    const file = join(folder.path, 'repository', 'b.ts');
    const place = { file, line: 1, column: 1, end: 1, name: 'TOKEN', kind: 'k', container: '' };
    const servers: Partial<LanguageServers> = { symbols: async () => [place] };
    const repository = await folder.open({
      unsaved: () => new Map([[file, 'TOKEN=unsaved needle\n']]),
      languageServers: servers,
    });
    expect(await grepLines(repository, 'needle')).toEqual(['a.ts:1:1:needle']);
    expect(JSON.stringify(await repository.chunks({ glob: '*.ts' }, 100, calm))).not.toContain(
      'b.ts',
    );
    expect(await repository.language?.symbols('TOKEN', calm)).toEqual({
      places: [],
      total: 0,
      elsewhere: 1,
    });
  });
});

describe('files with several names', () => {
  it('are ordinary ones, as package stores and copies make them', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `f${index}.ts`);
    await using folder = await linkedFolder(
      {
        'repository/.env': secret,
        ...Object.fromEntries(names.map((name) => [`store/${name}`, 'needle\n'])),
      },
      Object.fromEntries(names.map((name) => [`repository/src/${name}`, `store/${name}`])),
    );
    const repository = await folder.open();
    expect(await pathsOf(repository)).toHaveLength(300);
    expect(await grepLines(repository, 'needle')).toHaveLength(300);
    expect((await repository.count(query('needle'), calm)).size).toBe(300);
    expect((await repository.search('needle', 400, calm)).length).toBe(300);
    expect(await repository.chunks({ glob: '**' }, 1_000_000, calm)).toHaveLength(1);
  });

  it('are looked at together, and once', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `f${index}.ts`);
    await using folder = await linkedFolder(
      Object.fromEntries(names.map((name) => [`store/${name}`, 'needle\n'])),
      Object.fromEntries(names.map((name) => [`repository/src/${name}`, `store/${name}`])),
    );
    // A ripgrep that notes when it is started to look at all files.
    const noted = join(folder.path, 'noted');
    const program = join(folder.path, 'rg.sh');
    await writeFile(
      program,
      `#!/bin/sh\ncase "$*" in *--no-ignore\\ *) echo look >> ${noted};; esac\nexec ${rgPath} "$@"\n`,
      { mode: 0o755 },
    );
    await writeFile(noted, '');
    const repository = await folder.open({ ripgrep: program });
    // What changed a moment ago is looked at once more, and these files were made just now.
    const { ctimeMs } = await stat(join(folder.path, 'store', names.at(-1) ?? ''));
    while (Date.now() < ctimeMs + 200) await setTimeout(20);
    for (const name of names) await repository.read(`src/${name}`, 1, null, calm);
    await grepLines(repository, 'needle');
    await pathsOf(repository);
    expect(await readFile(noted, 'utf8')).toBe('look\n');
  });
});
