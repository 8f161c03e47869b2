import { messageOf } from '../ground/fileFailure';
import { chooseConfinement, confinementFrom } from './chooseConfinement';
import { type Confinement, unconfined, unexplained } from './confinement';
import { findInterpreter, type Interpreter } from './interpreter';
import type { KernelFactory, KernelKind } from './kernel';
import { nativeKernels } from './nativeKernel';
import type { SandboxReport } from './sandboxReport';
import { type SelectKernelOptions, wasmFolderOf } from './selectKernel';
import { isSafe, selfTest } from './selfTest';
import { requireWasmKernel, wasmKernels } from './wasm/wasmKernel';

/** What to look at; the same options select the kernels of a run. */
export type CheckSandboxOptions = Pick<
  SelectKernelOptions,
  | 'kernel'
  | 'python'
  | 'preferredPythons'
  | 'outside'
  | 'runtimeFolder'
  | 'wasmFolder'
  | 'isolation'
  | 'signal'
>;

/**
 * Tests every kernel that there could be here, in each way to confine it, afresh, for someone who wants to
 * see it. The strongest come first. Rejects for the signal only: what goes wrong is in the reports.
 */
export async function checkSandbox(
  options: CheckSandboxOptions,
): Promise<readonly SandboxReport[]> {
  const { kernel } = options;
  return [
    ...(kernel === 'wasm' ? [] : await checkNative(options)),
    ...(kernel === 'native' ? [] : [await checkWasm(options)]),
  ];
}

async function checkNative(options: CheckSandboxOptions): Promise<readonly SandboxReport[]> {
  const { python, preferredPythons, outside, runtimeFolder, signal } = options;
  const blank: Blank = { kind: 'native', runs: null, confinement: null, note: null };
  let runs: string | null = null;
  try {
    const interpreter = await findInterpreter(
      python,
      runtimeFolder,
      signal,
      preferredPythons,
      outside,
    );
    runs = `Python ${interpreter.version} (${interpreter.executable})`;
    const reports: SandboxReport[] = [];
    for (const { confinement, note } of await confinements(interpreter, options)) {
      const kernels = nativeKernels({ interpreter, confinement: unexplained(confinement) });
      const { name } = confinement;
      reports.push(await check({ ...blank, runs, confinement: name, note }, kernels, options));
    }
    return reports;
  } catch (error) {
    return [failed({ ...blank, runs }, error, signal)];
  }
}

async function confinements(
  interpreter: Interpreter,
  { isolation, runtimeFolder, signal, outside }: CheckSandboxOptions,
): Promise<readonly { readonly confinement: Confinement; readonly note: string | null }[]> {
  if (isolation === 'off') return [{ confinement: unconfined, note: 'isolation is turned off' }];
  const choices = await chooseConfinement(interpreter, runtimeFolder, signal, outside);
  return choices.map(({ recipe, note }) => ({ confinement: confinementFrom(recipe), note }));
}

async function checkWasm(options: CheckSandboxOptions): Promise<SandboxReport> {
  const folder = wasmFolderOf(options);
  const blank: Blank = { kind: 'wasm', runs: null, confinement: 'WebAssembly', note: null };
  let runs: string | null = null;
  const wasm = wasmKernels({ folder });
  const telling: KernelFactory = {
    kind: 'wasm',
    async start(start) {
      const kernel = await wasm.start(start);
      runs = `Python ${kernel.pythonVersion} in WebAssembly`;
      return kernel;
    },
  };
  try {
    await requireWasmKernel(folder);
    const report = await check(blank, telling, options);
    return { ...report, runs };
  } catch (error) {
    return failed({ ...blank, runs }, error, options.signal);
  }
}

/** What is known of a kernel before it was tested. */
interface Blank {
  readonly kind: KernelKind;
  readonly runs: string | null;
  readonly confinement: string | null;
  readonly note: string | null;
}

async function check(
  blank: Blank,
  kernels: KernelFactory,
  { isolation, signal }: CheckSandboxOptions,
): Promise<SandboxReport> {
  try {
    const probes = await selfTest(kernels, signal);
    const accepted = blank.kind === 'native' && isolation === 'off';
    return { ...blank, usable: isSafe(probes) || accepted, probes };
  } catch (error) {
    return failed(blank, error, signal);
  }
}

function failed(blank: Blank, error: unknown, signal: AbortSignal): SandboxReport {
  signal.throwIfAborted();
  const note = messageOf(error);
  return { ...blank, usable: false, probes: [], note };
}
