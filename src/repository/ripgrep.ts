import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { RepositoryError } from './repository';

/** One run of ripgrep. */
export interface RipgrepRun {
  readonly args: readonly string[];
  /** Working folder. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Receives standard output as it comes; returning false ends the process. */
  readonly onData: (chunk: Buffer) => boolean;
  /** Standard input; none by default. */
  readonly input?: string;
}

export interface RipgrepResult {
  /** 0 something was found, 1 nothing, 2 an error; null when it was stopped by `onData`. */
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Starts the ripgrep executable and nothing else: no shell, no configuration file. */
export class Ripgrep {
  readonly #executable: string;

  constructor(executable: string) {
    this.#executable = executable;
  }

  /**
   * Runs to the end, or until `onData` has enough or the signal aborts; the process is gone then.
   * @throws {RepositoryError} `unavailable` when ripgrep can't be started, `bad-argument` when it
   * does not understand a glob.
   * @throws the signal's reason when it is aborted.
   */
  async run({ args, cwd, signal, onData, input }: RipgrepRun): Promise<RipgrepResult> {
    signal.throwIfAborted();
    const subprocess = execa(this.#executable, ['--no-config', ...args], {
      cwd,
      cancelSignal: signal,
      // It has nothing to put in order, and must not outlive a Stop.
      killSignal: 'SIGKILL',
      reject: false,
      encoding: 'buffer',
      buffer: { stdout: false },
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    });
    let stopped = false;
    const output: AsyncIterable<Buffer> = subprocess.stdout;
    try {
      for await (const chunk of output) {
        if (!onData(chunk)) {
          stopped = true;
          break;
        }
      }
    } catch (error) {
      // The end of the stream is torn when the process is killed; the signal says why.
      if (!signal.aborted) throw error;
    } finally {
      subprocess.kill();
      await subprocess;
    }
    signal.throwIfAborted();
    const result = await subprocess;
    if (stopped) return { exitCode: null, stderr: '' };
    if (result.exitCode === undefined) throw this.#startFailure(result.code, result, cwd);
    const stderr = Buffer.from(result.stderr).toString('utf8');
    if (stderr.startsWith('rg: error parsing glob')) {
      throw new RepositoryError('bad-argument', stderr.slice('rg: '.length).trim());
    }
    return { exitCode: result.exitCode, stderr };
  }

  #startFailure(code: string | undefined, cause: unknown, cwd: string): RepositoryError {
    if (code === 'E2BIG' || code === 'ENAMETOOLONG') {
      return new RepositoryError('bad-argument', 'The pattern or glob is too long to search for.');
    }
    if (code === 'ENOENT' && existsSync(this.#executable) && !existsSync(cwd)) {
      return new RepositoryError('unavailable', `The folder ${cwd} is no longer there.`, { cause });
    }
    return new RepositoryError(
      'unavailable',
      `ripgrep can't be started (${code ?? 'it was killed'}: ${this.#executable}). Reinstall Fathom; in a checkout, run npm ci.`,
      { cause },
    );
  }
}
