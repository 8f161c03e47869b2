import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { messageOf } from '../ground/fileFailure';
import { isOutside } from '../ground/resolveExecutable';
import {
  type ConfinementRecipe,
  chooseConfinement,
  confinementFrom,
  confinementRecipe,
} from './chooseConfinement';
import { type Confinement, type ConfinementLimits, unconfined, unexplained } from './confinement';
import type { Interpreter } from './interpreter';
import { type KernelFactory, KernelUnavailableError } from './kernel';
import { nativeKernels } from './nativeKernel';
import { isSafe, type ProbeResult, selfTest } from './selfTest';
import { SelfTestMemory, type SelfTestPlace } from './selfTestMemory';

export interface ConfinedNativeOptions extends SelfTestPlace {
  readonly interpreter: Interpreter;
  readonly runtimeFolder: string;
  /**
   * `off` runs the code of models with all that the user may do. Only a setting of the machine, never
   * of a workspace, may say so, and only after a warning.
   */
  readonly isolation: 'on' | 'off';
  readonly limits?: ConfinementLimits;
  /** Folders that are asked about: no program in them is started. */
  readonly outside?: readonly string[];
}

/** Native kernels whose confinement has passed the self-test, on this machine, with this interpreter. */
export interface ConfinedNative {
  readonly kernels: KernelFactory;
  readonly confinement: Confinement['name'];
  /** Empty when isolation is off. */
  readonly probes: readonly ProbeResult[];
  /** Which further wall is missing, and why; null when none is. */
  readonly note: string | null;
}

/**
 * Chooses the strongest confinement that works and makes sure that it holds, once per interpreter and
 * machine; later it takes one small file.
 * @throws {KernelUnavailableError} when there is none, or the self-test got out or could not be made.
 */
export async function confinedNativeKernels(
  options: ConfinedNativeOptions,
  signal: AbortSignal,
): Promise<ConfinedNative> {
  const { interpreter, isolation, runtimeFolder, limits, outside = [] } = options;
  if (isolation === 'off') {
    const kernels = nativeKernels({ interpreter, confinement: unconfined });
    return { kernels, confinement: 'none', probes: [], note: 'isolation is turned off' };
  }
  const { executable, version } = interpreter;
  const fingerprint = createHash('sha256').update(interpreter.runtime).digest('hex');
  const memory = new SelfTestMemory(
    { kind: 'native', executable, version, fingerprint },
    confinementRecipe,
    options,
  );
  const known = await memory.recall();
  if (known !== null && (await canBeMade(known.recipe, outside))) {
    const confinement = confinementFrom(known.recipe, limits);
    const kernels = nativeKernels({ interpreter, confinement });
    return { kernels, confinement: confinement.name, probes: known.probes, note: known.note };
  }
  const failures: string[] = [];
  const choices = await chooseConfinement(interpreter, runtimeFolder, signal, outside);
  for (const { recipe, note } of choices) {
    const confinement = confinementFrom(recipe, limits);
    const kernels = nativeKernels({ interpreter, confinement });
    try {
      const bare = nativeKernels({ interpreter, confinement: unexplained(confinement) });
      const probes = await selfTest(bare, signal);
      if (isSafe(probes)) {
        const known = { recipe, probes, note: failures.length > 0 ? failures.join('; ') : note };
        await memory.remember(known);
        return { kernels, confinement: confinement.name, probes, note: known.note };
      }
      failures.push(`with ${confinement.name} it could ${whatWasReached(probes)}`);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`with ${confinement.name}: ${messageOf(error)}`);
    }
  }
  throw new KernelUnavailableError(
    `${interpreter.executable} can't be kept from your files and network on this machine, so that no code of a model is run in it (${failures.join('; ')}).`,
  );
}

/** What confines from outside may have been removed since. */
async function canBeMade(recipe: ConfinementRecipe, outside: readonly string[]): Promise<boolean> {
  if (recipe.name !== 'bubblewrap') return true;
  if (!(await isOutside(recipe.program, outside))) return false;
  try {
    await access(recipe.program);
    return true;
  } catch {
    return false;
  }
}

/** For messages, as the end of "it could". */
export function whatWasReached(probes: readonly ProbeResult[]): string {
  return probes
    .filter((probe) => probe.reachable)
    .map((probe) => probe.name)
    .join(', ');
}
