import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveExecutable } from '../../../src/ground/resolveExecutable';
import {
  bubblewrapArguments,
  findPythonFiles,
  isFullRoot,
  tryBubblewrap,
} from '../../../src/repl/bubblewrap';
import { findInterpreter } from '../../../src/repl/interpreter';
import { macSandbox, macSandboxProfile } from '../../../src/repl/macSandbox';
import { neverAborted, runtimeFolder } from './kernelHarness';

const python = { files: ['/usr/bin/python3'], folders: ['/usr/lib/python3.11'] };

describe('bubblewrap', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([true, false])('gets an empty, read-only root with Python in it (root: %s)', (root) => {
    const text = bubblewrapArguments({ python, root }).join(' ');
    for (const wanted of [
      '--die-with-parent',
      '--new-session',
      '--as-pid-1',
      '--cap-drop ALL',
      '--clearenv',
      '--ro-bind /usr/lib/python3.11 /usr/lib/python3.11',
      '--remount-ro /',
      '--json-status-fd 4',
    ]) {
      expect(text).toContain(wanted);
    }
    expect(text.match(/--(dev-)?bind \S+/g)).toEqual(['--dev-bind /dev/null']);
    expect(text).toMatch(/--unshare-(all|net)/);
    expect(text).not.toContain('--share');
  });

  it('makes a user namespace that allows no further one, except for root', () => {
    expect(bubblewrapArguments({ python, root: false })).toContain('--disable-userns');
    expect(bubblewrapArguments({ python, root: true })).not.toContain('--disable-userns');
  });

  it('knows root that may do everything from root that may not', () => {
    const status = (uid: number, capabilities: string): string =>
      `Name:\tnode\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t${capabilities}\n`;
    expect(isFullRoot(status(0, '000001ffffffffff'))).toBe(true);
    // What a container's root has.
    expect(isFullRoot(status(0, '00000000a80425fb'))).toBe(false);
    expect(isFullRoot(status(1000, '0000000000000000'))).toBe(false);
    expect(isFullRoot('')).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'is told all files that Python needs',
    async ({ skip }) => {
      const interpreter = await findInterpreter(null, runtimeFolder, neverAborted);
      const probe = await readFile(join(runtimeFolder, 'libraries.py'), 'utf8');
      const files = await findPythonFiles(interpreter, probe, neverAborted);
      expect(files.files).toContain(realpathSync(interpreter.executable));
      expect(files.files.some((path) => path.includes('libc.'))).toBe(true);
      expect([...files.files, ...files.folders]).not.toContain('/');
      const program = await resolveExecutable('bwrap');
      if (program === null) return skip('bubblewrap is not installed.');
      const root = isFullRoot(await readFile('/proc/self/status', 'utf8'));
      const options = { program, root };
      const { executable } = interpreter;
      const nothing = { files: [], folders: [] };
      expect(
        await tryBubblewrap({ ...options, python: nothing }, executable, neverAborted),
      ).not.toBeNull();
      const trouble = await tryBubblewrap({ ...options, python: files }, executable, neverAborted);
      if (trouble !== null) return skip(`bubblewrap does not work on this machine: ${trouble}`);
      expect(trouble).toBeNull();
    },
  );
});

describe('the profile for macOS', () => {
  const profile = macSandboxProfile({
    programs: ['/opt/py "x"/bin/python3'],
    folders: ['/opt/py "x"/lib/python3.12'],
  });

  it('denies all that it does not name, and names no network', () => {
    expect(profile.startsWith('(version 1)\n(deny default)\n')).toBe(true);
    expect(profile).not.toMatch(/network|file-write|mach-lookup/);
    expect(profile).toContain('(deny process-fork)');
  });

  it('names Python by paths that can hold anything', () => {
    expect(profile).toContain('(allow process-exec (literal "/opt/py \\"x\\"/bin/python3"))');
    expect(profile).toContain('(subpath "/opt/py \\"x\\"/lib/python3.12")');
  });

  it('is put in front of the command', () => {
    const { command, runtimeArguments } = macSandbox({ programs: ['/p'], folders: [] });
    const { file, args } = command('/p', ['-I']);
    expect(file).toBe('/usr/bin/sandbox-exec');
    expect(args.slice(-2)).toEqual(['/p', '-I']);
    expect(runtimeArguments).toEqual(['limited']);
  });
});
