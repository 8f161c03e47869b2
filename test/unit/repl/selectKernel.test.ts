import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KernelUnavailableError } from '../../../src/repl/kernel';
import { type SelectKernelOptions, selectKernels } from '../../../src/repl/selectKernel';
import { buildWasmKernel } from '../../../src/repl/wasm/buildKernel.mjs';
import { neverAborted, runtimeFolder, startKernel } from './kernelHarness';

describe.runIf(process.platform === 'linux')('selectKernels', () => {
  let wasmFolder: string;
  let stateFolder: string;
  let said: string[];
  beforeAll(async () => {
    wasmFolder = await buildWasmKernel({ minify: false });
  });
  beforeEach(async () => {
    said = [];
    stateFolder = await mkdtemp(join(tmpdir(), 'fathom-select-'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(stateFolder, { recursive: true, force: true });
  });

  const select = (options: Partial<SelectKernelOptions> = {}) =>
    selectKernels({
      kernel: 'auto',
      python: null,
      runtimeFolder,
      wasmFolder,
      stateFolder,
      version: '1.2.3',
      onChoice: (message) => said.push(message),
      signal: neverAborted,
      ...options,
    });

  it('takes the native kernel where it can be confined, and says what confines it', async () => {
    expect((await select()).kind).toBe('native');
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^Code runs in the native kernel.*: Python 3\.\d+/);
  });

  it('takes the WebAssembly kernel where there is no Python, and says so', async () => {
    vi.stubEnv('PATH', stateFolder);
    const kernels = await select();
    expect(kernels.kind).toBe('wasm');
    expect(said[0]).toMatch(/^Code runs in the WebAssembly kernel: No Python 3\.9 or later/);
    await using kernel = await startKernel(kernels);
    expect((await kernel.run('6 * 7')).output).toBe('42\n');
  });

  it('tests the WebAssembly kernel once, and remembers that', async () => {
    await select({ kernel: 'wasm' });
    expect(said).toEqual(['Code runs in the WebAssembly kernel: it was asked for.']);
    const [file = ''] = await readdir(stateFolder);
    const written = await stat(join(stateFolder, file));
    await select({ kernel: 'wasm' });
    expect((await stat(join(stateFolder, file))).ino).toBe(written.ino);
    // Another version of Fathom tests again, and writes anew.
    await select({ kernel: 'wasm', version: '1.2.4' });
    expect((await stat(join(stateFolder, file))).mtimeMs).toBeGreaterThan(written.mtimeMs);
  });

  it('does not pass over a Python that was chosen and is not there', async () => {
    const failure = select({ python: join(stateFolder, 'python') });
    await expect(failure).rejects.toThrow(KernelUnavailableError);
    await expect(failure).rejects.toThrow("can't be used as Python");
  });

  it('tells both reasons when there is neither kernel', async () => {
    vi.stubEnv('PATH', stateFolder);
    const failure = select({ wasmFolder: stateFolder });
    await expect(failure).rejects.toThrow(KernelUnavailableError);
    await expect(failure).rejects.toThrow('No Python 3.9 or later');
    await expect(failure).rejects.toThrow('not complete');
    expect(said).toEqual([]);
  });

  it('has no WebAssembly kernel in the place of a native one that was asked for', async () => {
    vi.stubEnv('PATH', stateFolder);
    await expect(select({ kernel: 'native' })).rejects.toThrow('No Python 3.9 or later');
  });
});
