import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locateCited, workspaceRoots } from '../../../src/editor/answers/workspaceRoots';
import { openRepository } from '../../../src/repository/openRepository';

const pathOf = (folder: string) => folder;

describe('locateCited', () => {
  it('takes paths of a single folder as they are', () => {
    const roots = workspaceRoots(['/home/me/app'], pathOf);
    expect(locateCited('src/a.ts', roots)).toEqual({ folder: '/home/me/app', path: 'src/a.ts' });
  });

  it('finds the folder by the first part of the path when there are several', () => {
    const roots = workspaceRoots(['/w/app', '/w/lib'], pathOf);
    expect(locateCited('lib/src/a.ts', roots)).toEqual({ folder: '/w/lib', path: 'src/a.ts' });
    expect(locateCited('other/src/a.ts', roots)).toBeNull();
  });

  it('tells folders of the same name apart', () => {
    const roots = workspaceRoots(['/w/one/app', '/w/two/app'], pathOf);
    const [first, second] = roots.map(({ prefix }) => prefix);
    expect(first).not.toBe(second);
    expect(locateCited(`${second}a.ts`, roots)?.folder).toBe('/w/two/app');
  });

  it.each([
    '../secret.txt',
    'src/../../secret.txt',
    'src\\..\\..\\secret.txt',
    '/etc/passwd',
    '\\\\server\\share',
    '~/.ssh/id_rsa',
    'C:/windows/x.ini',
    'c:x.ini',
    '//server/share',
    '/\\server/share',
    'src/.. /secret.txt',
    'src/..../secret.txt',
    'a\u0000.txt',
    '',
    'a\uDC80.txt',
  ])('refuses %j, which is not in the folder', (path) => {
    expect(locateCited(path, workspaceRoots(['/w/app'], pathOf))).toBeNull();
  });
});

describe('workspaceRoots', () => {
  it('names folders as the repository does', async () => {
    const base = await mkdtemp(join(tmpdir(), 'fathom-roots-'));
    try {
      const folders = ['one/app', 'two/App', 'three/app', 'lib'].map((name) => join(base, name));
      for (const folder of folders) await mkdir(folder, { recursive: true });
      for (const some of [folders, folders.slice(0, 1)]) {
        const repository = await openRepository(some, { ripgrep: 'rg' });
        expect(workspaceRoots(some, pathOf)).toEqual(
          repository.roots.map(({ prefix }, index) => ({ folder: some[index], prefix })),
        );
      }
    } finally {
      await rm(base, { recursive: true });
    }
  });

  it('finds what the repository has where two folders of the window are one', async () => {
    const base = await mkdtemp(join(tmpdir(), 'fathom-roots-'));
    try {
      const folders = ['app', 'link'].map((name) => join(base, name));
      await mkdir(join(base, 'app'));
      await symlink(join(base, 'app'), join(base, 'link'), 'junction');
      const repository = await openRepository(folders, { ripgrep: 'rg' });
      const [root] = repository.roots;
      expect(repository.roots).toHaveLength(1);
      expect(locateCited(`${root?.prefix}a.ts`, workspaceRoots(folders, pathOf))).toEqual({
        folder: folders[0],
        path: 'a.ts',
      });
    } finally {
      await rm(base, { recursive: true });
    }
  });
});
