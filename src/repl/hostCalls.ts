import { messageOf } from '../ground/fileFailure';
import { type AnswerTaker, answerRoom } from './answerRoom';
import type { CellWait } from './cellClock';
import { collectAfter } from './collectGarbage';
import type { HostCall, HostReply } from './hostCall';
import { HostCallError } from './hostCall';
import type { CallFrame, HostFrame } from './kernelFrames';
import type { KernelLimits } from './kernelLimits';

export interface HostCallsOptions {
  readonly handle: (call: HostCall, signal: AbortSignal) => Promise<HostReply>;
  readonly send: (frame: HostFrame, body?: Buffer) => void;
  /** Told what the kernel waits for, whenever that changes. */
  readonly waiting: (wait: CellWait) => void;
  /** Bytes that wait to be read by the kernel. */
  readonly unreadBytes: () => number;
  readonly limits: KernelLimits;
}

/** What is answered by language models: such a call takes as long as they do, and has limits of its own. */
function asksModels(method: string): boolean {
  return /^(?:llm|rlm)_query/.test(method);
}

/** A kernel's requests that are under way, and the limits on them. */
export class HostCalls {
  readonly #options: HostCallsOptions;
  /** Calls that have no answer yet; true for those that ask models. */
  readonly #open = new Map<number, boolean>();
  #openModelCalls = 0;
  /** Calls that are not begun with yet, in order. */
  readonly #queue: QueuedCall[] = [];
  #queuedBytes = 0;
  #answering = 0;
  #look: NodeJS.Timeout | null = null;
  /** Size of the last answer. */
  #lastBytes = 0;
  readonly #handlers = new Set<Promise<void>>();
  #controller = new AbortController();
  #count = 0;
  #window = { since: performance.now(), count: 0 };
  readonly #taker: AnswerTaker;

  constructor(options: HostCallsOptions) {
    this.#options = options;
    this.#taker = { unreadBytes: options.unreadBytes, look: () => this.#beginNext() };
  }

  /** What the kernel waits for. */
  get wait(): CellWait {
    if (this.#open.size === 0) return 'nothing';
    return this.#openModelCalls > 0 ? 'models' : 'host';
  }

  /** Counts afresh. Calls of threads that an earlier cell left running go on. */
  startCell(): void {
    answerRoom.join(this.#taker);
    if (this.#controller.signal.aborted) this.#controller = new AbortController();
    this.#count = 0;
    this.#window = { since: performance.now(), count: 0 };
  }

  /**
   * Answers a call, at once or in its turn. Returns what is wrong with it when the kernel must be ended for
   * it. @param bytes of the whole frame.
   */
  accept(frame: CallFrame, body: Buffer, bytes: number): string | null {
    const violation = this.#violation(frame);
    if (violation !== null) return violation;
    if (this.#controller.signal.aborted) {
      // The cell caught the interrupt and goes on.
      this.#options.send(interrupted(frame.id));
      return null;
    }
    const ofModels = asksModels(frame.method);
    const before = this.wait;
    this.#open.set(frame.id, ofModels);
    if (ofModels) this.#openModelCalls += 1;
    this.#tellFrom(before);
    const { signal } = this.#controller;
    if (ofModels) {
      this.#begin(frame, body, signal);
      return null;
    }
    this.#queue.push({ frame, body, signal, bytes });
    this.#queuedBytes += bytes;
    this.#beginNext();
    return this.#queuedBytes > this.#options.limits.maxWaitingBytes
      ? `calls that waited held more than ${this.#options.limits.maxWaitingBytes.toLocaleString('en')} bytes`
      : null;
  }

  /** Aborts all handlers and raises KeyboardInterrupt in whatever waits for them. */
  interrupt(): void {
    this.#controller.abort(new DOMException('The cell was interrupted.', 'AbortError'));
    for (const id of this.#open.keys()) this.#options.send(interrupted(id));
    this.#close();
  }

  /** Aborts all handlers of a kernel that is gone. */
  abandon(): void {
    this.#controller.abort(new DOMException('The kernel has ended.', 'AbortError'));
    this.#close();
    answerRoom.leave(this.#taker);
  }

  /** Settles when no handler runs any more. Abort them first. */
  async settled(): Promise<void> {
    await Promise.all(this.#handlers);
  }

  #close(): void {
    const before = this.wait;
    this.#open.clear();
    this.#openModelCalls = 0;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    if (this.#look !== null) clearTimeout(this.#look);
    this.#look = null;
    answerRoom.pass(this.#taker);
    this.#tellFrom(before);
  }

  #tellFrom(before: CellWait): void {
    const now = this.wait;
    if (now !== before) this.#options.waiting(now);
  }

  /** Begins with as many queued calls as there is room for, and looks again when more was read. */
  #beginNext(): void {
    const { maxAnsweredAtOnce } = this.#options.limits;
    while (this.#queue.length > 0 && this.#answering < maxAnsweredAtOnce) {
      if (this.#isUnread()) {
        this.#look ??= setTimeout(() => {
          this.#look = null;
          this.#beginNext();
        }, lookMs);
        break;
      }
      if (!answerRoom.take(this.#taker)) return;
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#queuedBytes -= next.bytes;
      this.#answering += 1;
      // A handler that is given up takes no room from others, however long it goes on.
      const { signal } = next;
      let isTaken = true;
      const free = () => {
        if (isTaken) answerRoom.free();
        isTaken = false;
      };
      signal.addEventListener('abort', free, { once: true });
      void this.#begin(next.frame, next.body, signal).then(() => {
        signal.removeEventListener('abort', free);
        collectAfter(this.#lastBytes);
        this.#answering -= 1;
        free();
        this.#beginNext();
      });
    }
    answerRoom.pass(this.#taker);
  }

  /** Whether too much waits to be read by this kernel, or by all and something by this one. */
  #isUnread(): boolean {
    const { limits, unreadBytes } = this.#options;
    const own = unreadBytes();
    return own > 0 && Math.max(own, answerRoom.unreadBytes) > limits.pausingUnreadBytes;
  }

  #begin(frame: CallFrame, body: Buffer, signal: AbortSignal): Promise<void> {
    const handler = this.#answer(frame, body, signal);
    this.#handlers.add(handler);
    return handler.then(() => {
      this.#handlers.delete(handler);
    });
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
    this.#lastBytes = replyBody?.length ?? 0;
    const before = this.wait;
    const ofModels = this.#open.get(frame.id);
    if (ofModels === undefined) return;
    this.#open.delete(frame.id);
    if (ofModels) this.#openModelCalls -= 1;
    this.#tellFrom(before);
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

/** How often a kernel is looked at that does not read, in milliseconds. */
const lookMs = 20;

interface QueuedCall {
  readonly frame: CallFrame;
  readonly body: Buffer;
  /** Of the cell that made it. */
  readonly signal: AbortSignal;
  readonly bytes: number;
}

function interrupted(id: number): HostFrame {
  return { type: 'result', id, exception: 'KeyboardInterrupt', message: '' };
}

function failure(id: number, error: unknown): HostFrame {
  const exception = error instanceof HostCallError ? error.exception : 'RuntimeError';
  const message = messageOf(error);
  return { type: 'result', id, exception, message };
}
