import { existsSync } from 'node:fs';
import { execa } from 'execa';
import type { ProgramCommand } from '../../ground/programConfinement';
import { RepositoryError } from '../repository';
import { Programs, refuseComplaint } from './programs';

/** A run of ripgrep. */
export interface RipgrepRun {
  readonly args: readonly string[];
  /** Working folder. */
  readonly cwd: string;
  /** What it must be able to read besides that folder. */
  readonly readable?: readonly string[];
  readonly signal: AbortSignal;
  /** Receives standard output; returning false ends the process. */
  readonly onData: (chunk: Buffer) => boolean;
  /** Standard input; none by default. */
  readonly input?: string;
}

export interface RipgrepResult {
  /** 0 something was found, 1 nothing, 2 an error; null when it was stopped by `onData`. */
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Runs ripgrep, without a shell and without a configuration file. */
export class Ripgrep {
  readonly #executable: string;
  readonly #programs: Programs;

  /** @param programs queues the runs. */
  constructor(executable: string, programs = new Programs()) {
    this.#executable = executable;
    this.#programs = programs;
  }

  /**
   * Runs to the end, or until `onData` has enough or the signal aborts. Then the process is gone.
   * @throws {RepositoryError} `unavailable` when ripgrep can't be started or takes too long,
   * `bad-argument` when it does not understand a glob.
   * @throws the signal's reason when it is aborted.
   */
  run(run: RipgrepRun): Promise<RipgrepResult> {
    const { args, cwd, readable = [], signal } = run;
    const program = {
      name: 'ripgrep',
      advice: 'Search less at a time: name a folder with path=, or files with glob=.',
      file: this.#executable,
      args: ['--no-config', ...args],
      cwd,
      readable,
      signal,
    };
    return this.#programs.run(program, (command, stop) => this.#start(command, run, stop));
  }

  async #start(
    { file, args, cwd }: ProgramCommand,
    { onData, input }: RipgrepRun,
    signal: AbortSignal,
  ): Promise<RipgrepResult> {
    const subprocess = execa(file, args, {
      cwd,
      cancelSignal: signal,
      // It has nothing to clean up, and must not outlive a Stop.
      killSignal: 'SIGKILL',
      // While bubblewrap starts, it is two processes. If only the first were killed, the second would wait for ever
      // and keep the streams open.
      killDescendants: true,
      reject: false,
      encoding: 'buffer',
      buffer: { stdout: false },
      extendEnv: false,
      env: environment(),
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    });
    const output: AsyncIterable<Buffer> = subprocess.stdout;
    let enough = false;
    let ended = false;
    try {
      for await (const chunk of output) {
        enough = !onData(chunk);
        if (enough) break;
      }
      ended = !enough;
    } catch (error) {
      // Killing the process breaks the stream; the signal says why.
      if (!signal.aborted) throw error;
    } finally {
      if (!ended) subprocess.kill();
      await subprocess;
    }
    signal.throwIfAborted();
    if (enough) return { exitCode: null, stderr: '' };
    const result = await subprocess;
    const stderr = Buffer.from(result.stderr).toString('utf8');
    if (result.exitCode !== 0 && !existsSync(cwd)) throw folderGone(cwd, result);
    if (result.exitCode === undefined) throw this.#failure(result);
    // The sandbox reports a killed program this way. ripgrep itself ends with 0, 1 or 2.
    if (result.exitCode > 2) throw this.#failure({ signal: `status ${result.exitCode}` });
    refuseComplaint('ripgrep', stderr);
    const [, glob, complaint] = /^rg: error parsing glob '!?(.*?)': (.*)/s.exec(stderr) ?? [];
    if (glob !== undefined && complaint !== undefined) {
      throw new RepositoryError(
        'bad-argument',
        `The glob ${JSON.stringify(glob)} can't be used: ${complaint.trim()}.`,
      );
    }
    return { exitCode: result.exitCode, stderr };
  }

  /** The error when ripgrep has no exit code: it was not started, or somebody killed it. */
  #failure(cause: {
    readonly code?: string | undefined;
    readonly signal?: string | undefined;
  }): RepositoryError {
    const { code, signal } = cause;
    if (signal !== undefined) {
      return new RepositoryError('unavailable', `ripgrep was ended by ${signal}. Try again.`, {
        cause,
      });
    }
    if (code === 'E2BIG' || code === 'ENAMETOOLONG') {
      return new RepositoryError('bad-argument', 'The pattern or glob is too long to search for.');
    }
    return new RepositoryError(
      'unavailable',
      `ripgrep can't be started (${code ?? 'no reason given'}: ${this.#executable}). Reinstall Fathom; in a checkout, run npm ci.`,
      { cause },
    );
  }
}

function folderGone(folder: string, cause: unknown): RepositoryError {
  return new RepositoryError('unavailable', `The folder ${folder} is no longer there.`, { cause });
}

/** What Windows needs to start a program; elsewhere nothing. Never a key of the user. */
function environment(): Record<string, string> {
  const { SystemRoot } = process.env;
  return process.platform === 'win32' && SystemRoot ? { SystemRoot } : {};
}
