import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BubblewrapOptions,
  bubblewrapped,
  findBubblewrap,
  findPythonFiles,
  isFullRoot,
  tryBubblewrap,
} from './bubblewrap';
import {
  type Confinement,
  type ConfinementLimits,
  selfConfined,
  usualConfinement,
} from './confinement';
import type { Interpreter } from './interpreter';
import { macSandbox } from './macSandbox';

/** A confinement, and what was thought of the others. */
export interface ConfinementChoice {
  readonly confinement: Confinement;
  /** Why a further wall is missing that other machines have; null when none is. */
  readonly note: string | null;
}

/**
 * The strongest confinement that works here for this interpreter. Starts up to two processes; choose
 * once per interpreter.
 * @throws {KernelUnavailableError} on a system that has none.
 */
export async function chooseConfinement(
  interpreter: Interpreter,
  runtimeFolder: string,
  signal: AbortSignal,
  limits?: ConfinementLimits,
): Promise<ConfinementChoice> {
  if (process.platform === 'darwin') {
    return { confinement: await macSandbox(interpreter), note: null };
  }
  if (process.platform !== 'linux') return { confinement: usualConfinement(), note: null };
  const alone = (note: string): ConfinementChoice => ({ confinement: selfConfined(limits), note });

  const program = await findBubblewrap();
  if (program === null) return alone('bubblewrap is not installed');
  try {
    const [probe, status] = await Promise.all([
      readFile(join(runtimeFolder, 'libraries.py'), 'utf8'),
      readFile('/proc/self/status', 'utf8'),
    ]);
    const options: BubblewrapOptions = {
      program,
      python: await findPythonFiles(interpreter, probe, signal),
      root: isFullRoot(status),
      ...(limits && { limits }),
    };
    const trouble = await tryBubblewrap(options, interpreter.executable, signal);
    if (trouble !== null) return alone(`bubblewrap does not work here: ${trouble}`);
    return { confinement: bubblewrapped(options), note: null };
  } catch (error) {
    signal.throwIfAborted();
    return alone(`bubblewrap can't be used: ${error instanceof Error ? error.message : error}`);
  }
}
