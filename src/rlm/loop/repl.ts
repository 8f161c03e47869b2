import type { Message } from '../../models/languageModel';
import type { CellResult, CheckResult, Kernel } from '../../repl/kernel';
import type { NodeHandle } from '../../trajectory/recorder';
import type { RunServices } from '../completion/services';
import { HostAnswers } from '../host/hostAnswers';
import { kernelContext, type RlmContext } from '../subject/context';
import { intention } from './fences';

/** The REPL of one completion: its kernel, started in the background and replaced when it is lost. */
export class Repl {
  #context: RlmContext;
  readonly #depth: number;
  #run: RunServices;
  #signal: AbortSignal;
  #hostAnswers: HostAnswers;
  #kernel: Promise<Kernel>;

  constructor(run: RunServices, context: RlmContext, depth: number, signal: AbortSignal) {
    this.#run = run;
    this.#context = context;
    this.#signal = signal;
    this.#depth = depth;
    this.#hostAnswers = new HostAnswers(run, context, depth);
    this.#kernel = this.#start();
  }

  /**
   * From now on cells belong to that run.
   * @param context of the same kind as before; what a kernel has as a value stays.
   */
  enter(run: RunServices, context: RlmContext, signal: AbortSignal): void {
    this.#run = run;
    this.#context = context;
    this.#signal = signal;
    this.#hostAnswers = new HostAnswers(run, context, this.#depth);
  }

  /** Waits for the kernel. @throws {KernelUnavailableError} when none can be had. */
  async ready(): Promise<void> {
    await this.#kernel;
  }

  /** Of the Python that runs the cells. @throws {KernelUnavailableError} when none can be had. */
  async pythonVersion(): Promise<string> {
    return (await this.#kernel).pythonVersion;
  }

  /** False when there is no kernel, or its process is gone. */
  async isAlive(): Promise<boolean> {
    return this.check(['0']).then(
      () => true,
      () => false,
    );
  }

  async check(candidates: readonly string[]): Promise<CheckResult> {
    return (await this.#kernel).check(candidates);
  }

  /** Runs one cell and draws it below `iteration`. Rejects only when the run is cancelled. */
  async execute(code: string, iteration: NodeHandle, signal: AbortSignal): Promise<CellRun> {
    const kernel = await this.#kernel;
    const cell = iteration.child('cell', intention('', code));
    cell.body('code', code);
    this.#hostAnswers.enterCell(cell);
    try {
      const result = await this.#run.cells.run(cell, () =>
        kernel.execute(code, {
          signal,
          timeoutMs: this.#run.limits.cellTimeoutMs,
          onOutput: (text) => cell.progress({ text }),
        }),
      );
      const { status, outputLength, error } = result;
      const submitted = result.answer !== null;
      cell.body('output', result.output);
      // After the output: with this in the log, the cell is there as a whole.
      cell.record({ kind: 'cell', status, outputLength, error, submitted });
      // What is printed is sent to the root LM.
      const files = this.#run.coverage.sent(result.output);
      if (files.length > 0) cell.progress({ files });
      cell.end(outcomeOf(result, this.#signal), endingOf(result));
      return { result, prompts: this.#hostAnswers.prompts };
    } finally {
      this.#hostAnswers.leaveCell();
    }
  }

  /** Takes the readiness of a held-back answer away, keeping its content. */
  async holdBack(content: string): Promise<void> {
    await (await this.#kernel).set({ answer: { content, ready: false } });
  }

  /** Makes `answer` empty for another question. */
  async forgetAnswer(): Promise<void> {
    await (await this.#kernel).set({ answer: { content: '', ready: false } });
  }

  /** Puts all that was said into the variable `history`. */
  async setHistory(history: readonly Message[]): Promise<void> {
    await (await this.#kernel).set({ history });
  }

  /** Starts a new kernel in the place of one that was lost. Its variables are gone. */
  async restart(): Promise<void> {
    await this.dispose();
    this.#kernel = this.#start();
    await this.#kernel;
  }

  /** Ends the kernel and waits until nothing of it is left. */
  async dispose(): Promise<void> {
    const kernel = await this.#kernel.catch(() => null);
    await kernel?.dispose();
  }

  #start(): Promise<Kernel> {
    const kernel = this.#run.kernels.start({
      context: kernelContext(this.#context),
      handle: (call, signal) => this.#hostAnswers.answer(call, signal),
      signal: AbortSignal.any([this.#signal, this.#run.limitReached.signal]),
    });
    // Whoever needs the kernel first sees the failure; until then it must not count as unhandled.
    kernel.catch(() => undefined);
    return kernel;
  }
}

export interface CellRun {
  readonly result: CellResult;
  /** The first prompts that it asked sub-models, at most two. */
  readonly prompts: readonly string[];
}

function outcomeOf({ status }: CellResult, runSignal: AbortSignal) {
  if (status === 'ok') return 'ok';
  if (status === 'interrupted') return runSignal.aborted ? 'cancelled' : 'stopped';
  return 'error';
}

function endingOf({ error }: CellResult): { reason?: string } {
  return error ? { reason: [error.name, error.message.split('\n')[0]].join(': ') } : {};
}
