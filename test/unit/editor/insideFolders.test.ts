import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isFileInside, isFileInsideSync } from '../../../src/editor/answers/insideFolders';
import { temporaryFolder } from '../../host/folders';

it('a cited file is one of the folders, all links followed', async () => {
  await using temporary = await temporaryFolder('inside');
  const [top, outside] = [join(temporary.path, 'top'), join(temporary.path, 'top-outside')];
  await mkdir(join(top, 'src'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(top, 'src', 'a.ts'), '');
  await writeFile(join(outside, 'secret.txt'), '');
  await symlink(join(outside, 'secret.txt'), join(top, 'file'));
  await symlink(outside, join(top, 'folder'));
  await symlink(join(top, 'src', 'a.ts'), join(top, 'own'));
  await symlink(top, join(temporary.path, 'link'));
  const cases: readonly (readonly [string, boolean])[] = [
    [join(top, 'src', 'a.ts'), true],
    [join(top, 'own'), true],
    [join(top, 'file'), false],
    [join(top, 'folder', 'secret.txt'), false],
    [join(outside, 'secret.txt'), false],
    [join(top, 'src'), false],
    [join(top, 'nothing'), false],
  ];
  for (const [path, inside] of cases) {
    expect(await isFileInside(path, [top]), path).toBe(inside);
    expect(isFileInsideSync(path, [top]), path).toBe(inside);
  }
  expect(
    await isFileInside(join(temporary.path, 'link', 'src', 'a.ts'), [join(temporary.path, 'link')]),
  ).toBe(true);
});
