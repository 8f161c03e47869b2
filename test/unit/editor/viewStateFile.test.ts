import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ViewStateFile } from '../../../src/editor/recursion/viewStateFile';
import { temporaryFolder } from '../../host/folders';

it('keeps the newest state, however fast they come, and has none at first', async () => {
  await using temporary = await temporaryFolder('view-state');
  const folder = join(temporary.path, 'made', 'when needed');
  const file = new ViewStateFile(folder);
  expect(await file.read()).toBe('');
  const kept = Array.from({ length: 50 }, (_, index) => file.keep(`state ${index}`));
  expect(await file.read()).toBe('state 49');
  await Promise.all(kept);
  expect(await new ViewStateFile(folder).read()).toBe('state 49');
  expect(await readdir(folder)).toEqual(['view.json']);
});

it('goes on when the folder can not be had', async () => {
  await using temporary = await temporaryFolder('view-state');
  const file = new ViewStateFile(join(temporary.path, 'a'));
  await file.keep('x');
  const inFile = new ViewStateFile(join(temporary.path, 'a', 'view.json'));
  await inFile.keep('y');
  expect(await inFile.read()).toBe('');
});
