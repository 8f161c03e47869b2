import { messageOf } from '../trajectory/fileFailure';
import type { HostCall, HostReply } from './hostCall';
import { HostCallError } from './hostCall';
import type { CallFrame, HostFrame } from './kernelFrames';
import type { KernelLimits } from './kernelLimits';

export interface HostCallsOptions {
  readonly handle: (call: HostCall, signal: AbortSignal) => Promise<HostReply>;
  readonly send: (frame: HostFrame, body?: Buffer) => void;
  /** Called when the kernel begins to wait for the host, and when the last open call was answered. */
  readonly waiting: (waits: boolean) => void;
  readonly limits: KernelLimits;
}

/** A kernel's requests that are under way, and the limits on them. */
export class HostCalls {
  readonly #options: HostCallsOptions;
  readonly #open = new Set<number>();
  readonly #handlers = new Set<Promise<void>>();
  #controller = new AbortController();
  #count = 0;
  #window = { since: performance.now(), count: 0 };

  constructor(options: HostCallsOptions) {
    this.#options = options;
  }

  /** Whether the kernel waits for an answer. */
  get waits(): boolean {
    return this.#open.size > 0;
  }

  /** Counts afresh. Calls of threads that an earlier cell left running go on. */
  startCell(): void {
    if (this.#controller.signal.aborted) this.#controller = new AbortController();
    this.#count = 0;
    this.#window = { since: performance.now(), count: 0 };
  }

  /** Starts to answer a call. Returns what is wrong with it when the kernel must be ended for it. */
  accept(frame: CallFrame, body: Buffer): string | null {
    const violation = this.#violation(frame);
    if (violation !== null) return violation;
    if (this.#controller.signal.aborted) {
      // The cell caught the interrupt and goes on.
      this.#options.send(interrupted(frame.id));
      return null;
    }
    this.#open.add(frame.id);
    if (this.#open.size === 1) this.#options.waiting(true);
    const handler = this.#answer(frame, body, this.#controller.signal);
    this.#handlers.add(handler);
    void handler.then(() => this.#handlers.delete(handler));
    return null;
  }

  /** Aborts all handlers and raises KeyboardInterrupt in whatever waits for them. */
  interrupt(): void {
    this.#controller.abort(new DOMException('The cell was interrupted.', 'AbortError'));
    for (const id of this.#open) this.#options.send(interrupted(id));
    this.#close();
  }

  /** Aborts all handlers of a kernel that is gone. */
  abandon(): void {
    this.#controller.abort(new DOMException('The kernel has ended.', 'AbortError'));
    this.#close();
  }

  /** Settles when no handler runs any more. Abort them first. */
  async settled(): Promise<void> {
    await Promise.all(this.#handlers);
  }

  #close(): void {
    if (this.#open.size === 0) return;
    this.#open.clear();
    this.#options.waiting(false);
  }

  async #answer(frame: CallFrame, body: Buffer, signal: AbortSignal): Promise<void> {
    let header: HostFrame;
    let replyBody: Buffer | undefined;
    try {
      const call = { method: frame.method, args: frame.args, body };
      const reply = await this.#options.handle(call, signal);
      header = { type: 'result', id: frame.id, value: reply.value ?? null };
      replyBody = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
    } catch (error) {
      header = failure(frame.id, error);
    }
    if (!this.#open.delete(frame.id)) return;
    if (this.#open.size === 0) this.#options.waiting(false);
    this.#options.send(header, replyBody);
  }

  #violation(frame: CallFrame): string | null {
    const { limits } = this.#options;
    if (this.#open.has(frame.id)) return `call ${frame.id} was made twice`;
    if (this.#open.size >= limits.maxOpenCalls) {
      return `more than ${limits.maxOpenCalls.toLocaleString('en')} calls were open at once`;
    }
    this.#count += 1;
    if (this.#count > limits.maxCallsPerCell) {
      return `more than ${limits.maxCallsPerCell.toLocaleString('en')} calls were made in one cell`;
    }
    this.#window.count += 1;
    if (this.#window.count > limits.maxCallsPerSecond * rateWindowSeconds) {
      return `more than ${limits.maxCallsPerSecond.toLocaleString('en')} calls a second were made`;
    }
    // The clock is read once per thousand calls; a slow thousand only makes the window longer.
    if (this.#window.count % 1000 === 0) {
      const now = performance.now();
      if (now - this.#window.since > rateWindowSeconds * 1000) {
        this.#window = { since: now, count: 0 };
      }
    }
    return null;
  }
}

const rateWindowSeconds = 10;

function interrupted(id: number): HostFrame {
  return { type: 'result', id, exception: 'KeyboardInterrupt', message: '' };
}

function failure(id: number, error: unknown): HostFrame {
  const exception = error instanceof HostCallError ? error.exception : 'RuntimeError';
  const message = messageOf(error);
  return { type: 'result', id, exception, message };
}
