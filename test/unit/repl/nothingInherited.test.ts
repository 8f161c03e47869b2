import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseConfinement, confinementFrom } from '../../../src/repl/chooseConfinement';
import { type Confinement, unconfined } from '../../../src/repl/confinement';
import { findInterpreter, type Interpreter } from '../../../src/repl/interpreter';
import { nativeKernels } from '../../../src/repl/nativeKernel';
import { neverAborted, runtimeFolder, startKernel } from './kernelHarness';

describe.runIf(process.platform === 'linux')('what a kernel inherits', () => {
  let folder: string;
  let python: Interpreter;
  let confinements: readonly Confinement[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fathom-inherited-'));
    await writeFile(join(folder, 'secret'), 'canary');
    python = await findInterpreter(null, runtimeFolder, neverAborted);
    const choices = await chooseConfinement(python, runtimeFolder, neverAborted);
    confinements = choices.map(({ recipe }) => confinementFrom(recipe));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Starts a kernel from a program that has left a file and a folder open. */
  const careless = (confinement: Confinement): Confinement => ({
    ...confinement,
    command(file, args) {
      const command = confinement.command(file, args);
      return {
        file: '/bin/sh',
        args: ['-c', 'exec 8<"$0/secret" 9<"$0"; exec "$@"', folder, command.file, ...command.args],
      };
    },
  });

  const readAll = `
import os
found = []
for descriptor in range(3, 3000):
    try:
        found.append(os.pread(descriptor, 6, 0))
    except OSError:
        pass
b"canary" in found`;
  const openBelow = `
import os
for descriptor in range(3, 3000):
    try:
        os.close(os.open("secret", os.O_RDONLY, dir_fd=descriptor))
        print("opened")
    except OSError:
        pass`;

  it('is what was left open, where nothing is confined', async () => {
    const kernels = nativeKernels({ interpreter: python, confinement: careless(unconfined) });
    await using kernel = await startKernel(kernels);
    expect((await kernel.run(readAll)).output).toBe('True\n');
    expect((await kernel.run(openBelow)).output).toBe('opened\n');
  });

  it('is nothing in a confined one', async () => {
    for (const confinement of confinements) {
      const kernels = nativeKernels({ interpreter: python, confinement: careless(confinement) });
      await using kernel = await startKernel(kernels);
      expect((await kernel.run(readAll)).output).toBe('False\n');
      expect((await kernel.run(openBelow)).output).toBe('');
    }
  });

  it.each([
    ['open("README.md")', 'PermissionError', 'Use read(path)'],
    ['import os\nlist(os.walk("."))', 'NotAvailable', 'files(glob)'],
    ['import pathlib\npathlib.Path("a.py").read_text()', 'PermissionError', 'Use read(path)'],
    ['import subprocess\nsubprocess.run(["ls"])', 'PermissionError', "can't start programs"],
    ['import os\nos.system("ls")', 'PermissionError', "can't start programs"],
    [
      'import urllib.request\nurllib.request.urlopen("http://localhost")',
      'URLError',
      'has no network',
    ],
  ])('is explained to the model: %j', async (code, name, message) => {
    for (const confinement of confinements) {
      const kernels = nativeKernels({ interpreter: python, confinement });
      await using kernel = await startKernel(kernels);
      const { error } = await kernel.run(code);
      expect(error?.name).toBe(name);
      expect(error?.message).toContain(message);
    }
  });
});
