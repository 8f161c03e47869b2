import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findInterpreter } from '../../../src/repl/interpreter';
import { neverAborted, runtimeFolder } from './kernelHarness';

describe('findInterpreter', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fathom-python-'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  const find = (python: string | null) => findInterpreter(python, runtimeFolder, neverAborted);

  /** A program that answers a probe as some Python would. */
  async function fake(name: string, script: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  it('finds a Python and resolves the launcher to the executable itself', async () => {
    const real = await find(null);
    const launcher = await fake('launcher', `exec ${real.executable} "$@"`);
    const found = await find(launcher);
    expect(found.executable).toBe(real.executable);
    expect(isAbsolute(found.executable)).toBe(true);
    expect(found.version).toMatch(/^3\.\d+\.\d+$/);
    expect(found.libraries.length).toBeGreaterThan(0);
  });

  it('says which names it looked for when there is none', async () => {
    vi.stubEnv('PATH', folder);
    await expect(find(null)).rejects.toMatchObject({
      name: 'KernelUnavailableError',
      message:
        'No Python 3.9 or later was found (looked for python3, python). Install it, or name one: --python PATH on the command line, fathom.pythonPath in the settings.',
    });
  });

  it('goes on to the next name when one is too old, and tells why when none is left', async () => {
    const { executable } = await find(null);
    vi.stubEnv('PATH', folder);
    await fake('python3', `echo '{"version": "3.8.18", "implementation": "cpython"}'`);
    await expect(find(null)).rejects.toThrow(
      /python3: it is Python 3\.8\.18, CPython 3\.9 or later is needed/,
    );
    await fake('python', `exec ${executable} "$@"`);
    expect((await find(null)).executable).toBe(executable);
  });

  it.each([
    [
      'too old for the options',
      '[ "$1" = --version ] && echo "Python 2.7.18" >&2 && exit 0\nexit 2',
      /it is Python 2\.7\.18/,
    ],
    [
      'another Python',
      `echo '{"version": "3.10.0", "implementation": "pypy"}'`,
      /it is pypy 3\.10\.0/,
    ],
    ['no Python at all', 'echo hello', /it is not Python/],
    ['broken', 'echo "no module named encodings" >&2; exit 1', /no module named encodings/],
  ])('refuses a given interpreter that is %s', async (_, script, reason) => {
    const python = await fake('given', script);
    await expect(find(python)).rejects.toThrow(reason);
    await expect(find(python)).rejects.toThrow(python);
  });

  it('refuses a given path that is missing or not executable', async () => {
    await expect(find(join(folder, 'missing'))).rejects.toThrow(/no such executable file/);
    const plain = join(folder, 'plain');
    await writeFile(plain, 'text');
    await expect(find(plain)).rejects.toThrow(/it is not executable/);
  });

  describe('in a folder that is asked about', () => {
    /** Starts nothing but what leaves a mark. */
    async function plant(name: string): Promise<string> {
      const { executable } = await find(null);
      return fake(name, `touch '${folder}/ran'\nexec ${executable} "$@"`);
    }
    const ran = () => existsSync(join(folder, 'ran'));
    const findOutside = (outside: readonly string[], preferred: readonly string[] = []) =>
      findInterpreter(null, runtimeFolder, neverAborted, preferred, outside);

    it('starts none from the PATH', async () => {
      const { PATH = '' } = process.env;
      await plant('python3');
      vi.stubEnv('PATH', `${folder}:${PATH}`);
      expect((await findOutside([folder])).executable).not.toContain(folder);
      expect(ran()).toBe(false);
      // The same without that rule.
      await findOutside([]);
      expect(ran()).toBe(true);
      vi.stubEnv('PATH', folder);
      await expect(findOutside([folder])).rejects.toThrow(
        /looked for python3, python\).* A Python in a folder that is asked about is not started\./,
      );
    });

    it('starts none that the editor prefers', async () => {
      const planted = await plant('venv-python');
      await findOutside([folder], [planted]);
      expect(ran()).toBe(false);
      await findOutside([], [planted]);
      expect(ran()).toBe(true);
    });

    it('starts none of an environment that is only a link to a Python elsewhere', async () => {
      const { executable } = await find(null);
      const linked = join(folder, 'linked');
      await symlink(executable, linked);
      expect((await findOutside([folder], [linked])).executable).not.toBe(linked);
      expect((await findOutside([], [linked])).executable).toBe(linked);
    });

    it('starts the one that its user names', async () => {
      const planted = await plant('named');
      await findInterpreter(planted, runtimeFolder, neverAborted, [], [folder]);
      expect(ran()).toBe(true);
    });

    it('starts none that a relative folder of the PATH leads to', async () => {
      const { PATH = '' } = process.env;
      await plant('python3');
      vi.stubEnv('PATH', `${relative(process.cwd(), folder)}:${PATH}`);
      await find(null);
      expect(ran()).toBe(false);
    });

    it('asks a launcher from a folder where no repository has a say', async () => {
      const { executable } = await find(null);
      const launcher = await fake('launcher', `pwd > '${folder}/where'\nexec ${executable} "$@"`);
      await find(launcher);
      expect((await readFile(join(folder, 'where'), 'utf8')).trim()).toBe(await realpath(folder));
    });
  });

  it('can be cancelled', async () => {
    const slow = await fake('slow', 'exec sleep 60');
    const stop = new AbortController();
    const finding = findInterpreter(slow, runtimeFolder, stop.signal);
    setTimeout(() => stop.abort(), 50);
    await expect(finding).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('tries those that are preferred first, and is not kept from others by them', async () => {
    const old = await fake('old', 'echo "it is not Python" >&2; exit 1');
    const found = await findInterpreter(null, runtimeFolder, neverAborted);
    const missing = join(folder, 'missing');
    const chosen = await findInterpreter(null, runtimeFolder, neverAborted, [
      missing,
      old,
      found.executable,
    ]);
    expect(chosen.executable).toBe(found.executable);
    const other = await findInterpreter(null, runtimeFolder, neverAborted, [missing, old]);
    expect(other.executable).toBe(found.executable);
  });
});
