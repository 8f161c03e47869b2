import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkSandbox } from '../../../src/repl/checkSandbox';
import { chooseConfinement, confinementFrom } from '../../../src/repl/chooseConfinement';
import { confinedNativeKernels } from '../../../src/repl/confinedNative';
import { unconfined, unexplained } from '../../../src/repl/confinement';
import { findInterpreter, type Interpreter } from '../../../src/repl/interpreter';
import { KernelUnavailableError } from '../../../src/repl/kernel';
import { nativeKernels } from '../../../src/repl/nativeKernel';
import { sandboxVerdict } from '../../../src/repl/sandboxReport';
import { isSafe, selfTest } from '../../../src/repl/selfTest';
import { buildWasmKernel } from '../../../src/repl/wasm/buildKernel.mjs';
import { neverAborted, runtimeFolder, startKernel } from './kernelHarness';

describe.runIf(process.platform === 'linux')('the self-test of a native kernel', () => {
  let interpreter: Interpreter;
  let stateFolder: string;
  beforeAll(async () => {
    const python = process.env['FATHOM_TEST_PYTHON'] ?? null;
    interpreter = await findInterpreter(python, runtimeFolder, neverAborted);
  });
  beforeEach(async () => {
    stateFolder = await mkdtemp(join(tmpdir(), 'fathom-state-'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(stateFolder, { recursive: true, force: true });
  });

  const start = (python: Interpreter, isolation: 'on' | 'off' = 'on') =>
    confinedNativeKernels(
      { interpreter: python, runtimeFolder, isolation, stateFolder, version: '1.2.3' },
      neverAborted,
    );

  /** An interpreter whose runtime ignores what it is told, and confines nothing. */
  const disobedient = (): Interpreter => ({
    ...interpreter,
    boot: `import sys\nsys.argv[1:] = ["unconfined"]\n${interpreter.boot}`,
  });

  it('gets out by every route when nothing confines the kernel', async () => {
    const results = await selfTest(
      nativeKernels({ interpreter, confinement: unconfined }),
      neverAborted,
    );
    expect(results.filter((result) => !result.reachable)).toEqual([]);
    expect(isSafe(results)).toBe(false);
  });

  it('gets nowhere in any confinement of this machine', async () => {
    for (const { recipe } of await chooseConfinement(interpreter, runtimeFolder, neverAborted)) {
      const confinement = unexplained(confinementFrom(recipe));
      const results = await selfTest(nativeKernels({ interpreter, confinement }), neverAborted);
      expect(results.filter((result) => result.reachable)).toEqual([]);
      expect(isSafe(results)).toBe(true);
    }
  });

  it('gets nowhere in bubblewrap even if the runtime does not confine itself', async () => {
    const [{ recipe }] = await chooseConfinement(interpreter, runtimeFolder, neverAborted);
    if (recipe.name !== 'bubblewrap') return;
    const confinement = { ...confinementFrom(recipe), runtimeArguments: ['unconfined'] };
    const results = await selfTest(nativeKernels({ interpreter, confinement }), neverAborted);
    expect(isSafe(results)).toBe(true);
  });

  it('is passed once per interpreter and machine, and remembered', async () => {
    const first = await start(interpreter);
    expect(first.probes.length).toBeGreaterThan(5);
    const [file = ''] = await readdir(stateFolder);
    const path = join(stateFolder, file);
    await writeFile(path, (await readFile(path, 'utf8')).replace(/"note": .*/, '"note": "known"'));
    const second = await start(interpreter);
    expect(second.note).toBe('known');
    expect(second.confinement).toBe(first.confinement);
    await using kernel = await startKernel(second.kernels);
    expect((await kernel.run('open("/etc/passwd")')).error?.name).toBe('PermissionError');

    const runtime = Buffer.concat([interpreter.runtime, Buffer.from(' ')]);
    expect((await start({ ...interpreter, runtime })).note).not.toBe('known');
    expect(await readdir(stateFolder)).toHaveLength(1);
    await writeFile(path, 'not json');
    expect((await start(interpreter)).note).not.toBe('known');
  });

  it('closes the door when something got out, and remembers nothing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const failure = start(disobedient());
    await expect(failure).rejects.toThrow(KernelUnavailableError);
    await expect(failure).rejects.toThrow('read a file beside the workspace');
    expect(await readdir(stateFolder)).toEqual([]);
  });

  it('closes the door when the kernel does not start', async () => {
    const broken = { ...interpreter, boot: 'raise SystemExit("not today")' };
    await expect(start(broken)).rejects.toThrow('not today');
  });

  it('is not asked when isolation was turned off', async () => {
    const off = await start(disobedient(), 'off');
    expect(off).toMatchObject({ confinement: 'none', probes: [], note: 'isolation is turned off' });
    await using kernel = await startKernel(off.kernels);
    expect((await kernel.run('len(open("/etc/passwd").read()) > 0')).output).toBe('True\n');
  });

  it('can be stopped', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(
      selfTest(nativeKernels({ interpreter, confinement: unconfined }), stop.signal),
    ).rejects.toThrow('enough');
  });

  it('is made of every kernel there could be, for people to see', async () => {
    const wasmFolder = await buildWasmKernel({ minify: false });
    const options = { runtimeFolder, wasmFolder, signal: neverAborted } as const;
    const reports = await checkSandbox({
      ...options,
      kernel: 'auto',
      python: interpreter.executable,
    });
    expect(reports.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['native', 'wasm']));
    expect(reports.filter((report) => !report.usable)).toEqual([]);
    for (const { probes, runs } of reports) {
      expect(isSafe(probes)).toBe(true);
      expect(runs).toMatch(/^Python 3\.\d+/);
    }
    expect(sandboxVerdict(reports, 'auto')).toMatch(
      /^Questions use the native kernel\b.* It reached nothing\.$/,
    );
  });

  it('shows what a kernel can do that nothing confines, and that the user accepts it', async () => {
    const reports = await checkSandbox({
      kernel: 'native',
      python: interpreter.executable,
      isolation: 'off',
      runtimeFolder,
      signal: neverAborted,
    });
    expect(reports).toMatchObject([{ kind: 'native', confinement: 'none', usable: true }]);
    expect(reports[0]?.probes.every((probe) => probe.reachable)).toBe(true);
    expect(sandboxVerdict(reports, 'native')).toContain('It can do what you can do');
  });

  it('tells why a kernel can not be tested', async () => {
    const reports = await checkSandbox({
      kernel: 'auto',
      python: join(stateFolder, 'python'),
      wasmFolder: stateFolder,
      runtimeFolder,
      signal: neverAborted,
    });
    expect(reports).toMatchObject([
      { kind: 'native', usable: false, runs: null, probes: [] },
      { kind: 'wasm', usable: false, runs: null, probes: [] },
    ]);
    expect(reports[0]?.note).toContain("can't be used as Python");
    expect(reports[1]?.note).toContain('not complete');
    expect(sandboxVerdict(reports, 'auto')).toContain('No kernel can be used');
  });
});
