import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { installOnce } from '../../host/installOnce';

/** Belongs to no process: Linux and macOS count no further than 4,194,304. */
const NO_PROCESS = 99_999_999;

let parent: TemporaryFolder;
let target: string;

beforeEach(async () => {
  parent = await temporaryFolder('install');
  target = join(parent.path, 'cache', 'tool-1');
});

afterEach(async () => {
  await parent[Symbol.asyncDispose]();
});

async function install(folder: string): Promise<void> {
  await writeFile(join(folder, 'tool'), 'installed');
}

test('installs once, for everybody who asks at the same time', async () => {
  let installs = 0;
  const count = async (folder: string) => {
    installs += 1;
    await install(folder);
  };

  await Promise.all([installOnce(target, count), installOnce(target, count)]);
  await installOnce(target, count);

  expect(installs).toBe(1);
  expect(await readdir(join(parent.path, 'cache'))).toEqual(['tool-1']);
});

test('leaves nothing of an install that failed, and the next one works', async () => {
  const failing = installOnce(target, async (folder) => {
    await writeFile(join(folder, 'half'), '');
    throw new Error('The network is gone.');
  });
  await expect(failing).rejects.toThrow('The network is gone.');
  expect(await readdir(join(parent.path, 'cache'))).toEqual([]);

  await installOnce(target, install);

  expect(await readFile(join(target, 'tool'), 'utf8')).toBe('installed');
});

test('takes over from a process that was killed, and clears away what it left', async () => {
  await mkdir(`${target}.${NO_PROCESS}.unfinished`, { recursive: true });
  await writeFile(join(`${target}.${NO_PROCESS}.unfinished`, 'half'), '');
  await writeFile(`${target}.lock`, String(NO_PROCESS));

  await installOnce(target, install);

  expect(await readdir(join(parent.path, 'cache'))).toEqual(['tool-1']);
  expect(await readdir(target)).toEqual(['tool']);
});
