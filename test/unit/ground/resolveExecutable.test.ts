import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOutside, resolveExecutable } from '../../../src/ground/resolveExecutable';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';

describe.skipIf(process.platform === 'win32')('resolveExecutable', () => {
  let folder: TemporaryFolder;
  let repository: string;
  let tools: string;

  beforeEach(async () => {
    folder = await temporaryFolder('executables');
    repository = join(folder.path, 'repository');
    tools = join(folder.path, 'tools');
    await program(join(repository, 'bin', 'tool'));
    await program(join(tools, 'tool'));
  });

  afterEach(() => folder[Symbol.asyncDispose]());

  async function program(file: string, mode = 0o755): Promise<void> {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, '#!/bin/sh\n');
    await chmod(file, mode);
  }

  const find = (folders: readonly string[], outside: readonly string[] = [repository]) =>
    resolveExecutable('tool', { path: folders.join(delimiter), outside });

  it('gives the absolute path of the first that can be started', async () => {
    await program(join(folder.path, 'plain', 'tool'), 0o644);
    await mkdir(join(folder.path, 'folder', 'tool'), { recursive: true });
    const others = ['plain', 'folder', 'nowhere'].map((name) => join(folder.path, name));
    expect(await find([...others, tools])).toBe(join(tools, 'tool'));
    expect(await find(others)).toBeNull();
    expect(await find([])).toBeNull();
  });

  it('passes over a repository, and takes the same program where it is none', async () => {
    const bin = join(repository, 'bin');
    expect(await find([bin, tools])).toBe(join(tools, 'tool'));
    expect(await find([bin])).toBeNull();
    expect(await find([bin, tools], [])).toBe(join(bin, 'tool'));
  });

  it('passes over a repository that is named through a link, or linked to', async () => {
    const bin = join(repository, 'bin');
    await symlink(repository, join(folder.path, 'other-name'));
    await symlink(bin, join(folder.path, 'links'));
    await mkdir(join(folder.path, 'single'));
    await symlink(join(bin, 'tool'), join(folder.path, 'single', 'tool'));
    expect(await find([bin], [join(folder.path, 'other-name')])).toBeNull();
    expect(await find([join(folder.path, 'other-name', 'bin')])).toBeNull();
    expect(await find([join(folder.path, 'links')])).toBeNull();
    expect(await find([join(folder.path, 'single')])).toBeNull();
    expect(await find([join(folder.path, 'single')], [])).not.toBeNull();
  });

  it('passes over a repository that is written in other letters, as some disks allow', async () => {
    const bin = join(repository, 'bin');
    expect(await find([bin, tools], [repository.toUpperCase()])).toBe(join(tools, 'tool'));
    expect(await isOutside(bin.toUpperCase(), [repository])).toBe(false);
  });

  it('passes over folders that are relative, empty ones included', async () => {
    const near = relative(process.cwd(), tools);
    expect(await find([near, '.', '', 'bin'], [])).toBeNull();
  });

  it('takes what only begins like the repository', async () => {
    await program(join(`${repository}-tools`, 'tool'));
    expect(await find([`${repository}-tools`])).not.toBeNull();
    expect(await isOutside(join(repository, '..', 'tools'), [repository])).toBe(true);
    expect(await isOutside(join(repository, '..tools'), [repository])).toBe(false);
  });
});
