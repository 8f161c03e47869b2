import { messageOf } from '../ground/fileFailure';
import { CellOutput } from './cellOutput';
import { encodeFrame, FrameDecoder, FrameError } from './frames';
import type { HostCall, HostReply } from './hostCall';
import { HostCalls } from './hostCalls';
import { initFrame } from './initFrame';
import {
  type CellNeed,
  type CellResult,
  type CellStatus,
  type CheckResult,
  type ExecuteOptions,
  type Kernel,
  type KernelContext,
  type KernelKind,
  KernelLostError,
  KernelUnavailableError,
} from './kernel';
import {
  type HostFrame,
  type KernelFrame,
  kernelFrame,
  parseReport,
  parseText,
} from './kernelFrames';
import type { KernelLimits } from './kernelLimits';
import { describeExit, type KernelExit, type KernelProcess } from './kernelProcess';
import { lostResult, RunningCell } from './runningCell';

export interface KernelSessionOptions {
  readonly process: KernelProcess;
  readonly handle: (call: HostCall, signal: AbortSignal) => Promise<HostReply>;
  readonly limits: KernelLimits;
}

/** A command that waits for its one frame of reply. */
interface Request {
  readonly resolve: (reply: { readonly frame: KernelFrame; readonly body: Buffer }) => void;
  readonly reject: (error: Error) => void;
}

const maxPrintsKept = 4000;

/**
 * The host's side of a kernel: speaks the protocol with a process that it takes to be hostile. The same
 * for all kinds of kernel.
 */
export class KernelSession implements Kernel {
  readonly kind: KernelKind;
  readonly #process: KernelProcess;
  readonly #limits: KernelLimits;
  readonly #decoder: FrameDecoder;
  readonly #calls: HostCalls;
  #pythonVersion = '';
  #request: Request | null = null;
  #requests = 0;
  #cell: RunningCell | null = null;
  #cells = 0;
  /** The draft that the last cell left: the best there is when the kernel is lost. */
  #draft = '';
  /** Why the kernel is being ended, in words for the model. */
  #doom: string | null = null;
  /** Why the kernel is gone; null while it lives. */
  #lost: string | null = null;
  /** The end of what was printed past the runtime: says why Python crashed. */
  #prints = '';

  constructor(options: KernelSessionOptions) {
    this.#process = options.process;
    this.#limits = options.limits;
    this.kind = options.process.kind;
    this.#decoder = new FrameDecoder(options.limits);
    this.#calls = new HostCalls({
      handle: options.handle,
      send: (frame, body) => this.#send(frame, body),
      waiting: (wait) => this.#cell?.clock.waitFor(wait),
      unreadBytes: () => this.#process.unreadBytes,
      limits: options.limits,
    });
    this.#process.frames.on('data', (chunk: Buffer) => this.#receive(chunk));
    const prints = new TextDecoder();
    this.#process.prints.on('data', (chunk: Buffer) => {
      this.#printed(prints.decode(chunk, { stream: true }), chunk.length);
    });
    void this.#process.exited.then((exit) => this.#exited(exit));
  }

  get pythonVersion(): string {
    return this.#pythonVersion;
  }

  /**
   * Puts `context` into the kernel and waits until it is ready.
   * @throws {KernelUnavailableError} when it does not get there; the caller then disposes it.
   */
  async initialize(context: KernelContext, signal: AbortSignal): Promise<void> {
    const abort = (): void => this.#kill('The start of the kernel was cancelled.');
    signal.addEventListener('abort', abort, { once: true });
    try {
      const { header, body } = await initFrame(context);
      const { frame } = await this.#ask(header, body, this.#limits.startTimeoutMs);
      if (frame.type === 'ready') this.#pythonVersion = frame.python;
    } catch (error) {
      signal.throwIfAborted();
      const detail = this.#prints.trim();
      const reason = messageOf(error);
      throw new KernelUnavailableError(
        `The Python kernel did not start. ${reason}${detail === '' ? '' : `\n${detail}`}`,
      );
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async check(candidates: readonly string[], need: CellNeed = 'compiles'): Promise<CheckResult> {
    if (candidates.length === 0) throw new RangeError('There is no candidate to check.');
    const bodies = candidates.map((candidate) => Buffer.from(candidate));
    const { frame, body } = await this.#ask(
      {
        type: 'check',
        request: this.#nextRequest(),
        need,
        lengths: bodies.map((candidate) => candidate.length),
      },
      Buffer.concat(bodies),
      this.#limits.requestTimeoutMs,
    );
    if (frame.type !== 'checked' || frame.index >= candidates.length) {
      throw this.#violated('it answered something else than what was asked');
    }
    return frame.index >= 0
      ? { ok: true, index: frame.index }
      : { ok: false, message: body.toString('utf8') };
  }

  async set(variables: Readonly<Record<string, unknown>>): Promise<void> {
    const { frame } = await this.#ask(
      { type: 'set', request: this.#nextRequest() },
      Buffer.from(JSON.stringify(variables)),
      this.#limits.requestTimeoutMs,
    );
    if (frame.type !== 'assigned') {
      throw this.#violated('it answered something else than what was asked');
    }
    if (frame.error !== null) throw new Error(`Variables could not be set: ${frame.error}`);
  }

  execute(code: string, options: ExecuteOptions): Promise<CellResult> {
    if (this.#cell !== null || this.#request !== null) {
      return Promise.reject(new Error('A kernel runs one cell at a time.'));
    }
    const output = new CellOutput(this.#cells + 1);
    if (this.#lost !== null || this.#doom !== null) {
      return Promise.resolve(lostResult(output, this.#lost ?? this.#doom ?? '', this.#draft));
    }
    if (options.signal.aborted) {
      const error = { name: 'KeyboardInterrupt', message: 'Stopped before the cell began.' };
      const lost = lostResult(output, '', this.#draft);
      return Promise.resolve({ ...lost, status: 'interrupted', error });
    }
    this.#cells += 1;
    const cell = new RunningCell({
      ...options,
      number: this.#cells,
      output,
      limits: this.#limits,
      onInterrupt: (again) => {
        // The signal comes first: the code that waits for a call must find it pending when the call
        // fails, or it would be interrupted twice.
        this.#process.interrupt();
        if (!again) this.#calls.interrupt();
      },
      onStuck: (reason) => this.#kill(reason),
    });
    this.#cell = cell;
    this.#calls.startCell();
    cell.clock.waitFor(this.#calls.wait);
    this.#send({ type: 'execute', cell: cell.number }, Buffer.from(code));
    return cell.result;
  }

  async dispose(): Promise<void> {
    this.#kill('The kernel was ended.');
    await this.#process.exited;
    const grace = Promise.withResolvers<void>();
    const timer = setTimeout(grace.resolve, this.#limits.handlersGraceMs);
    await Promise.race([this.#calls.settled(), grace.promise]);
    clearTimeout(timer);
  }

  // Commands.

  #nextRequest(): number {
    this.#requests += 1;
    return this.#requests;
  }

  async #ask(
    header: HostFrame,
    body: Buffer | undefined,
    timeoutMs: number,
  ): Promise<{ readonly frame: KernelFrame; readonly body: Buffer }> {
    if (this.#lost !== null || this.#doom !== null) {
      throw new KernelLostError(this.#lost ?? this.#doom ?? '');
    }
    if (this.#cell !== null || this.#request !== null) {
      throw new Error('A kernel does one thing at a time.');
    }
    const { promise, resolve, reject } = Promise.withResolvers<{
      readonly frame: KernelFrame;
      readonly body: Buffer;
    }>();
    this.#request = { resolve, reject };
    const timer = setTimeout(
      () => this.#kill(`The kernel did not answer within ${timeoutMs / 1000} s.`),
      timeoutMs,
    );
    this.#send(header, body);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #send(header: HostFrame, body?: Buffer): void {
    if (this.#lost !== null || this.#doom !== null) return;
    this.#process.send(encodeFrame(header, body));
    if (this.#process.unreadBytes > this.#limits.maxUnreadBytes) {
      this.#violated('it asks for more than it reads');
    }
  }

  // Frames.

  #receive(chunk: Buffer): void {
    try {
      for (const raw of this.#decoder.push(chunk)) {
        if (this.#doom !== null) return;
        const frame = kernelFrame.safeParse(raw.header);
        if (!frame.success) {
          const issue = frame.error.issues[0];
          const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
          this.#violated(`a frame is not of the protocol (${where})`);
          return;
        }
        this.#dispatch(frame.data, raw.body, raw.size);
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#violated(error.message);
    }
  }

  #dispatch(frame: KernelFrame, body: Buffer, size: number): void {
    switch (frame.type) {
      case 'call': {
        const violation = this.#calls.accept(frame, body, size);
        if (violation !== null) this.#violated(violation);
        return;
      }
      case 'output':
        this.#output(
          frame.escaped ? parseText(body) : body.toString('utf8'),
          frame.skipped,
          body.length,
        );
        return;
      case 'done':
        this.#done(frame.cell, frame.status, body);
        return;
      case 'ready':
      case 'checked':
      case 'assigned': {
        const request = this.#request;
        // Requests count from 1: no reply to one may stand for "ready".
        const isExpected =
          frame.type === 'ready'
            ? this.#pythonVersion === ''
            : frame.request > 0 && frame.request === this.#requests;
        if (request === null || !isExpected) {
          this.#violated(`it sent "${frame.type}" unasked`);
          return;
        }
        this.#request = null;
        request.resolve({ frame, body });
      }
    }
  }

  #output(text: string | null, skipped: number, bytes: number): void {
    if (text === null) {
      this.#violated('printed text is not what its frame says');
      return;
    }
    const cell = this.#cell;
    // Threads may print between cells; nobody reads that.
    if (cell === null) return;
    if (!cell.print(text, skipped, bytes)) {
      this.#violated(
        `a cell printed more than ${this.#limits.maxOutputBytes.toLocaleString('en')} bytes`,
      );
    }
  }

  #printed(text: string, bytes: number): void {
    this.#prints = (this.#prints + text).slice(-maxPrintsKept);
    if (this.#cell !== null && this.#doom === null) this.#output(text, 0, bytes);
  }

  #done(number: number, status: CellStatus, body: Buffer): void {
    const cell = this.#cell;
    if (cell === null || cell.number !== number) {
      this.#violated('it reported the end of a cell that does not run');
      return;
    }
    const report = parseReport(body);
    if (report === null) {
      this.#violated('its report of a cell is not of the protocol');
      return;
    }
    cell.stopTimers();
    // What C code printed before the end comes over another pipe: it is read in this turn of the event
    // loop, if not before.
    setImmediate(() => {
      if (this.#cell !== cell) return;
      this.#cell = null;
      this.#draft = report.draft;
      cell.finish(status, report);
    });
  }

  // Ends.

  #violated(what: string): Error {
    const reason = `The kernel broke the protocol (${what}), so it was ended.`;
    this.#kill(reason);
    return new KernelLostError(reason);
  }

  #kill(reason: string): void {
    if (this.#lost !== null) return;
    this.#doom ??= reason;
    this.#process.kill();
  }

  #exited(exit: KernelExit): void {
    // Whatever it printed or sent last may still wait to be read.
    setImmediate(() => {
      const reason = this.#doom ?? describeExit(exit, this.#prints);
      this.#lost = reason;
      this.#calls.abandon();
      const request = this.#request;
      this.#request = null;
      request?.reject(new KernelLostError(reason));
      const cell = this.#cell;
      this.#cell = null;
      cell?.lose(reason, this.#draft);
    });
  }
}
