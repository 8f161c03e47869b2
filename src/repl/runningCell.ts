import { CellClock, type CellExpiry } from './cellClock';
import type { CellOutput } from './cellOutput';
import type { CellResult, CellStatus, ExecuteOptions } from './kernel';
import type { CellReport } from './kernelFrames';
import type { KernelLimits } from './kernelLimits';

/** Why the host interrupted a cell. */
type Interruption = 'interrupted' | 'timeout';

export interface RunningCellOptions extends ExecuteOptions {
  /** Counted from 1 in its kernel. */
  readonly number: number;
  readonly output: CellOutput;
  readonly limits: KernelLimits;
  /** Sends the interrupt; again when the cell does not react. */
  readonly onInterrupt: (again: boolean) => void;
  /** Told why the kernel has to be ended: interrupts were no use. */
  readonly onStuck: (reason: string) => void;
}

/** A cell while it runs: what it printed, its clock, and how it is brought to its end. */
export class RunningCell {
  readonly number: number;
  readonly output: CellOutput;
  readonly clock: CellClock;
  /** Resolves when the cell has ended, however. */
  readonly result: Promise<CellResult>;
  readonly #options: RunningCellOptions;
  readonly #resolve: (result: CellResult) => void;
  readonly #stop = (): void => this.#interrupt('interrupted');
  #cause: Interruption | null = null;
  #expiry: CellExpiry = 'ran';
  #timers: NodeJS.Timeout[] = [];
  #printedBytes = 0;

  constructor(options: RunningCellOptions) {
    this.#options = options;
    this.number = options.number;
    this.output = options.output;
    this.clock = new CellClock(options.timeoutMs, (after) => {
      this.#expiry = after;
      this.#interrupt('timeout');
    });
    const { promise, resolve } = Promise.withResolvers<CellResult>();
    this.result = promise;
    this.#resolve = resolve;
    options.signal.addEventListener('abort', this.#stop, { once: true });
  }

  /** Takes what was printed. False when that is more than a cell may print. */
  print(text: string, skipped: number, bytes: number): boolean {
    this.#printedBytes += bytes;
    if (this.#printedBytes > this.#options.limits.maxOutputBytes) return false;
    this.output.append(text, skipped);
    this.#options.onOutput?.(text);
    return true;
  }

  /** From here on no interrupt is sent: it would hit the next cell. */
  stopTimers(): void {
    this.#options.signal.removeEventListener('abort', this.#stop);
    this.clock.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  /** The kernel reported its end. */
  finish(reported: CellStatus, report: CellReport): void {
    const { draft, answer, variables, error } = report;
    this.stopTimers();
    // An interrupt that the host did not ask for is the cell's own affair.
    const status = reported === 'ok' ? 'ok' : (this.#cause ?? 'error');
    const advice =
      this.#expiry === 'waited' ? ' Ask for less: fewer calls, or a narrower path= or glob=.' : '';
    const message = `${this.#timeIsUp}.${advice}`;
    this.#resolve({
      status,
      output: this.output.shown(report.shown ?? null),
      outputLength: this.output.length,
      error: status === 'timeout' ? { name: 'TimeoutError', message } : error,
      variables,
      changed: report.changed ?? variables.map(({ name }) => name),
      answer,
      draft,
    });
  }

  /** The kernel is gone. @param draft the best there is. */
  lose(reason: string, draft: string): void {
    this.stopTimers();
    this.#resolve(lostResult(this.output, reason, draft));
  }

  #interrupt(cause: Interruption): void {
    if (this.#cause !== null) return;
    this.#cause = cause;
    this.clock.stop();
    const { limits, onInterrupt, onStuck } = this.#options;
    const what = cause === 'timeout' ? this.#timeIsUp : 'The cell was stopped';
    const reason = `${what} and did not react to being interrupted, so its kernel was ended.`;
    this.#timers = [
      setTimeout(() => onInterrupt(true), limits.secondInterruptMs),
      setTimeout(() => onStuck(reason), limits.killMs),
    ];
    onInterrupt(false);
  }

  get #timeIsUp(): string {
    const seconds = (this.clock.limitMs(this.#expiry) / 1000).toLocaleString('en');
    return this.#expiry === 'ran'
      ? `The cell ran for its limit of ${seconds} s`
      : `The cell waited for the repository for its limit of ${seconds} s`;
  }
}

/** What a cell came to that lost its kernel. */
export function lostResult(output: CellOutput, reason: string, draft: string): CellResult {
  return {
    status: 'lost',
    output: output.toString(),
    outputLength: output.length,
    error: { name: 'KernelLost', message: `${reason} Its variables are gone.` },
    variables: [],
    changed: [],
    answer: null,
    draft,
  };
}
