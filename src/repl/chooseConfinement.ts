import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../ground/fileFailure';
import { resolveExecutable } from '../ground/resolveExecutable';
import { bubblewrapped, findPythonFiles, isFullRoot, tryBubblewrap } from './bubblewrap';
import {
  type Confinement,
  type ConfinementLimits,
  selfConfined,
  usualConfinement,
} from './confinement';
import type { Interpreter } from './interpreter';
import { findMacPythonFiles, macSandbox } from './macSandbox';

const paths = z.array(z.string());

/** All that it takes to confine an interpreter again without finding out anew. */
export const confinementRecipe = z.discriminatedUnion('name', [
  z.object({ name: z.literal('seccomp') }),
  z.object({
    name: z.literal('bubblewrap'),
    program: z.string(),
    python: z.object({ files: paths, folders: paths }),
    root: z.boolean(),
  }),
  z.object({
    name: z.literal('sandbox-exec'),
    python: z.object({ programs: paths, folders: paths }),
  }),
]);

export type ConfinementRecipe = z.infer<typeof confinementRecipe>;

/** A way to confine, and what was thought of stronger ones. */
export interface ConfinementChoice {
  readonly recipe: ConfinementRecipe;
  /** Why a further wall is missing that other machines have; null when none is. */
  readonly note: string | null;
}

/** What the recipe makes. */
export function confinementFrom(
  recipe: ConfinementRecipe,
  limits?: ConfinementLimits,
): Confinement {
  switch (recipe.name) {
    case 'seccomp':
      return selfConfined(limits);
    case 'bubblewrap':
      return bubblewrapped({ ...recipe, ...(limits && { limits }) });
    case 'sandbox-exec':
      return macSandbox(recipe.python);
  }
}

/**
 * The confinements that work here for this interpreter, strongest first. Starts up to two processes.
 * @param outside folders that strangers may have written: nothing in them is started.
 * @throws {KernelUnavailableError} on a system that has none.
 */
export async function chooseConfinement(
  interpreter: Interpreter,
  runtimeFolder: string,
  signal: AbortSignal,
  outside: readonly string[] = [],
): Promise<readonly [ConfinementChoice, ...ConfinementChoice[]]> {
  if (process.platform === 'darwin') {
    const python = await findMacPythonFiles(interpreter);
    return [{ recipe: { name: 'sandbox-exec', python }, note: null }];
  }
  // Throws where there is nothing.
  usualConfinement();
  const alone = (note: string | null): ConfinementChoice => ({ recipe: { name: 'seccomp' }, note });
  const program = await resolveExecutable('bwrap', { outside });
  if (program === null) return [alone('bubblewrap is not installed')];
  try {
    const [probe, status] = await Promise.all([
      readFile(join(runtimeFolder, 'libraries.py'), 'utf8'),
      readFile('/proc/self/status', 'utf8'),
    ]);
    const python = await findPythonFiles(interpreter, probe, signal);
    const wrap = { name: 'bubblewrap', program, python, root: isFullRoot(status) } as const;
    const trouble = await tryBubblewrap(wrap, interpreter.executable, signal);
    if (trouble !== null) return [alone(`bubblewrap does not work here: ${trouble}`)];
    return [
      {
        recipe: { ...wrap, python: { files: [...python.files], folders: [...python.folders] } },
        note: null,
      },
      alone(null),
    ];
  } catch (error) {
    signal.throwIfAborted();
    return [alone(`bubblewrap can't be used: ${messageOf(error)}`)];
  }
}
