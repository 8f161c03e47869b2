import { readdirSync, readFileSync } from 'node:fs';
import { rgPath } from '@vscode/ripgrep';
import { unconfinedPrograms } from '../../../src/ground/programConfinement';
import { kernelLimits } from '../../../src/repl/kernelLimits';
import { KernelSession } from '../../../src/repl/kernelSession';
import { startPython } from '../../../src/repl/nativeKernel';
import { programSandbox } from '../../../src/repl/programSandbox';
import { openRepository } from '../../../src/repository/openRepository';
import { Coverage } from '../../../src/rlm/coverage/coverage';
import { answerHostCall } from '../../host/answerHostCall';

/** What is measured of a host that is flooded. */
export interface Flooded {
  /** The most processes of Git and ripgrep at once, as far as Linux tells. */
  readonly programs: number;
  /** The most memory of the host, in MB. */
  readonly peakMb: number;
  /** Calls that were answered, and those that failed. */
  readonly answered: number;
  readonly failed: number;
  /** How each kernel's cell ended. */
  readonly ends: readonly string[];
}

/** Children of this process that run Git or ripgrep, alone or in bubblewrap. */
function programsNow(): number {
  let count = 0;
  for (const thread of readdirSync('/proc/self/task')) {
    const children = readFileSync(`/proc/self/task/${thread}/children`, 'latin1').trim();
    for (const pid of children === '' ? [] : children.split(' ')) {
      try {
        if (/^(git|rg|bwrap)$/.test(readFileSync(`/proc/${pid}/comm`, 'latin1').trim())) count += 1;
      } catch {
        // It has ended.
      }
    }
  }
  return count;
}

/**
 * Answers the floods of kernels whose runtime is a program of the attacker's, until their cells end.
 * @param timeoutMs the time limit of each cell.
 * @param kernels 0 for 60 questions about the history that no kernel is between.
 */
async function flooded(
  folder: string,
  runtime: string,
  kernels: number,
  atOnce: number,
  sandbox: boolean,
  timeoutMs: number,
): Promise<Flooded> {
  const confine = sandbox ? programSandbox([folder]) : unconfinedPrograms;
  const repository = await openRepository([folder], {
    ripgrep: rgPath,
    programs: { atOnce, confine },
  });
  const { signal } = new AbortController();
  let [answered, failed, programs] = [0, 0, 0];
  const watch = setInterval(() => {
    if (process.platform === 'linux') programs = Math.max(programs, programsNow());
  }, 10);
  const flood = async (): Promise<string> => {
    const coverage = new Coverage();
    const session = new KernelSession({
      process: startPython('/usr/bin/env', ['python3', '-I', runtime]),
      async handle(call, stop) {
        try {
          const context = { kind: 'repository', repository } as const;
          const reply = await answerHostCall(call, context, coverage, stop);
          answered += 1;
          return reply;
        } catch (error) {
          failed += 1;
          throw error;
        }
      },
      limits: kernelLimits,
    });
    try {
      await session.initialize({ kind: 'repository', name: 'x', maxFileSize: 1024 }, signal);
      const { error, status } = await session.execute('pass', { signal, timeoutMs });
      return error?.message ?? status;
    } finally {
      await session.dispose();
    }
  };
  const ends = await Promise.all(Array.from({ length: kernels }, flood));
  // No kernel: asked as often as nobody can through one.
  if (kernels === 0) {
    await Promise.all(Array.from({ length: 60 }, () => repository.gitLog(null, 5, signal)));
  }
  clearInterval(watch);
  return { programs, peakMb: process.resourceUsage().maxRSS / 1024, answered, failed, ends };
}

// A program of its own, so that its memory is the host's: folder, runtime, kernels, at once, sandbox, time limit.
const [, program, folder = '', runtime = '', kernels, atOnce, sandbox, timeoutMs] = process.argv;
if (program?.endsWith('floodedHost.ts')) {
  const measured = await flooded(
    folder,
    runtime,
    Number(kernels),
    Number(atOnce),
    sandbox === 'sandbox',
    Number(timeoutMs),
  );
  console.log(JSON.stringify(measured));
}
