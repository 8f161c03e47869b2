import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** How much of a program's output is kept for failure messages, in characters. */
const KEPT_OUTPUT = 400_000;

/** What ends this process unless somebody listens. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface ProcessGroupOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A program with all it starts. It ends, children included, when it is disposed or when this process
 * exits or is told to by a signal, whichever comes first.
 */
export class ProcessGroup implements AsyncDisposable {
  /** Resolves, never rejects, with what the program's end was, in words: `exit status 1`, `SIGTERM`. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #endWithUs = () => this.#signal('SIGKILL');
  readonly #endOnSignal = (signal: NodeJS.Signals) => {
    this.#endWithUs();
    // A listener keeps a signal from ending this process; unless there are others, that is still wanted.
    process.removeListener(signal, this.#endOnSignal);
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  #output = '';
  #isRunning = true;

  constructor(command: string, args: readonly string[], options: ProcessGroupOptions = {}) {
    this.#name = command;
    this.#child = spawn(command, args, {
      ...options,
      // A group of its own (POSIX), so that it can be ended as a whole by its id.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    process.once('exit', this.#endWithUs);
    for (const signal of ENDING_SIGNALS) process.once(signal, this.#endOnSignal);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
        this.#child.emit('fathom-output');
      });
    }
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#isRunning = false;
        resolve(how);
      };
      this.#child.once('error', (error) => end(error.message));
      this.#child.once('exit', (status, signal) => end(signal ?? `exit status ${status}`));
    });
  }

  /** What it wrote to stdout and stderr, as it came; the last part of it if it was long. */
  get output(): string {
    return this.#output;
  }

  /** Waits until the output matches. Throws, with the output, when the program ends or time is up first. */
  async waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    const deadline = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      const news = await Promise.race([
        once(this.#child, 'fathom-output', { signal: deadline }).then(() => null),
        this.ended,
      ]).catch(() => `no answer within ${timeoutMs / 1000} s`);
      if (news !== null && pattern.exec(this.#output) === null) {
        throw new Error(`${this.#name}: ${news}, while waiting for ${pattern}.\n${this.#output}`);
      }
    }
  }

  /** Ends the program and what it started: asks first, insists after 1 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal('SIGTERM');
    const deadline = Date.now() + 1_000;
    while ((this.#isRunning || this.#hasMembers()) && Date.now() < deadline) await delay(20);
    this.#signal('SIGKILL');
    await this.ended;
    process.removeListener('exit', this.#endWithUs);
    for (const signal of ENDING_SIGNALS) process.removeListener(signal, this.#endOnSignal);
  }

  #hasMembers(): boolean {
    return this.#signal(0);
  }

  #signal(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    if (process.platform === 'win32') return this.#isRunning && this.#child.kill(signal);
    try {
      return process.kill(-pid, signal);
    } catch {
      return false; // Nothing of the group is left.
    }
  }
}
