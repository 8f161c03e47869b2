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
      // The end of the stream is torn when the process is killed; the signal says why.
      if (!signal.aborted) throw error;
    } finally {
      if (!ended) subprocess.kill();
      await subprocess;
    }
    signal.throwIfAborted();
    if (enough) return { exitCode: null, stderr: '' };
    const result = await subprocess;
    if (result.exitCode === undefined) throw this.#failure(result, cwd);
    const stderr = Buffer.from(result.stderr).toString('utf8');
    const [, glob, complaint] = /^rg: error parsing glob '!?(.*?)': (.*)/s.exec(stderr) ?? [];
    if (glob !== undefined && complaint !== undefined) {
      throw new RepositoryError(
        'bad-argument',
        `The glob ${JSON.stringify(glob)} can't be used: ${complaint.trim()}.`,
      );
    }
    return { exitCode: result.exitCode, stderr };
  }

  /** Why there is no exit code: it was not started, or it was killed by someone else. */
  #failure(
    cause: { readonly code?: string | undefined; readonly signal?: string | undefined },
    cwd: string,
  ): RepositoryError {
    const { code, signal } = cause;
    if (signal !== undefined) {
      return new RepositoryError('unavailable', `ripgrep was ended by ${signal}. Try again.`, {
        cause,
      });
    }
    if (code === 'E2BIG' || code === 'ENAMETOOLONG') {
      return new RepositoryError('bad-argument', 'The pattern or glob is too long to search for.');
    }
    if (code === 'ENOENT' && existsSync(this.#executable) && !existsSync(cwd)) {
      return new RepositoryError('unavailable', `The folder ${cwd} is no longer there.`, { cause });
    }
    return new RepositoryError(
      'unavailable',
      `ripgrep can't be started (${code ?? 'no reason given'}: ${this.#executable}). Reinstall Fathom; in a checkout, run npm ci.`,
      { cause },
    );
  }
}
