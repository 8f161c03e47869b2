import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../ground/fileFailure';
import { whatWasReached } from './confinedNative';
import { type KernelFactory, KernelUnavailableError } from './kernel';
import { isSafe, selfTest } from './selfTest';
import { SelfTestMemory, type SelfTestPlace } from './selfTestMemory';
import { requireWasmKernel, wasmKernels } from './wasm/wasmKernel';

export interface ConfinedWasmOptions extends SelfTestPlace {
  /** Folder that wasm kernels start from. */
  readonly folder: string;
}

/** There is one way only. */
const wasmRecipe = z.object({ name: z.literal('wasm') });

/** What the process runs; another build of any of it is tested again. */
const programs = ['kernel.js', 'python.wasm', 'python.image', 'python.library'];

/**
 * WebAssembly kernels that have passed the self-test, once per Node and machine; later it takes one small
 * file.
 * @throws {KernelUnavailableError} when they can't be started, or the self-test got out or could not be made.
 */
export async function confinedWasmKernels(
  options: ConfinedWasmOptions,
  signal: AbortSignal,
): Promise<KernelFactory> {
  const { folder } = options;
  await requireWasmKernel(folder);
  const kernels = wasmKernels({ folder });
  const { execPath: executable, version } = process;
  const fingerprint = await fingerprintOf(folder);
  const memory = new SelfTestMemory(
    { kind: 'wasm', executable, version, fingerprint },
    wasmRecipe,
    options,
  );
  if ((await memory.recall()) !== null) return kernels;
  const refuse = (reason: string): KernelUnavailableError =>
    new KernelUnavailableError(
      `The WebAssembly kernel can't be used on this machine, so that no code of a model is run in it (${reason}).`,
    );
  signal.throwIfAborted();
  const probes = await selfTest(kernels, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw refuse(messageOf(error));
  });
  if (!isSafe(probes)) throw refuse(`it could ${whatWasReached(probes)}`);
  await memory.remember({ recipe: { name: 'wasm' }, probes, note: null });
  return kernels;
}

async function fingerprintOf(folder: string): Promise<string> {
  const found = await Promise.all(programs.map((name) => stat(join(folder, name))));
  return found.map(({ size, mtimeMs }) => `${size} ${mtimeMs}`).join(', ');
}
