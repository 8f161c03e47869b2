import { chooseConfinement, confinementFrom } from './chooseConfinement';
import type { ConfinedNativeOptions } from './confinedNative';
import { unconfined, unexplained } from './confinement';
import { findInterpreter } from './interpreter';
import { nativeKernels } from './nativeKernel';
import type { SandboxReport } from './sandboxReport';
import { isSafe, selfTest } from './selfTest';

export interface CheckSandboxOptions
  extends Pick<ConfinedNativeOptions, 'runtimeFolder' | 'isolation'> {
  /** The interpreter that the user chose; null to look for one. */
  readonly python: string | null;
}

/**
 * Tests every way to confine a native kernel here, afresh, for someone who wants to see it. Never
 * rejects but for the signal: what goes wrong is in the reports.
 */
export async function checkNativeSandbox(
  options: CheckSandboxOptions,
  signal: AbortSignal,
): Promise<readonly SandboxReport[]> {
  const { python, runtimeFolder, isolation } = options;
  const failed = (runs: string | null, error: unknown): readonly SandboxReport[] => {
    signal.throwIfAborted();
    const note = error instanceof Error ? error.message : String(error);
    return [{ kind: 'native', runs, confinement: null, usable: false, probes: [], note }];
  };
  try {
    const interpreter = await findInterpreter(python, runtimeFolder, signal);
    const runs = `Python ${interpreter.version} (${interpreter.executable})`;
    try {
      const choices =
        isolation === 'off'
          ? [{ confinement: unconfined, note: 'isolation is turned off' }]
          : (await chooseConfinement(interpreter, runtimeFolder, signal)).map(
              ({ recipe, note }) => ({ confinement: confinementFrom(recipe), note }),
            );
      const reports: SandboxReport[] = [];
      for (const { confinement, note } of choices) {
        try {
          const bare = nativeKernels({ interpreter, confinement: unexplained(confinement) });
          const probes = await selfTest(bare, signal);
          const usable = isSafe(probes) || isolation === 'off';
          reports.push({
            kind: 'native',
            runs,
            confinement: confinement.name,
            usable,
            probes,
            note,
          });
        } catch (error) {
          reports.push(...failed(runs, error));
        }
      }
      return reports;
    } catch (error) {
      return failed(runs, error);
    }
  } catch (error) {
    return failed(null, error);
  }
}
