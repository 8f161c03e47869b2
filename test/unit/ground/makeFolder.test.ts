import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder } from '../../../src/ground/makeFolder';
import { temporaryFolder } from '../../host/folders';

let folder: string;
beforeEach(async () => {
  const temporary = await temporaryFolder('make');
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  folder = temporary.path;
});

describe('a folder that is to be there', () => {
  it('is made with those it is in, and may be there already', async () => {
    const path = join(folder, 'a', 'b', 'c');
    makeFolder(path);
    makeFolder(path);
    expect((await stat(path)).isDirectory()).toBe(true);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('can’t be made where a file is, or below one', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    expect(() => makeFolder(file)).toThrow('EEXIST');
    expect(() => makeFolder(join(file, 'a', 'b'))).toThrow('ENOTDIR');
  });

  it.runIf(existsSync('/proc/self'))('is refused where nothing can be made', () => {
    expect(() => makeFolder('/proc/nothing/here')).toThrow('ENOENT');
  });
});
