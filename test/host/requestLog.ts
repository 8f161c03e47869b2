import type { ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { ModelRequest, Speaker } from './modelScript';

/** A request that the server got, and what became of it. */
export interface RecordedRequest extends ModelRequest {
  /** `performance.now()` when the body had arrived. */
  readonly arrivedAt: number;
  /** `performance.now()` when the response ended or the connection closed; null while it is open. */
  endedAt: number | null;
  /** The client went away before the response was complete. */
  aborted: boolean;
  /** The HTTP status that was sent; null when none was. */
  status: number | null;
}

/** Tells root calls from sub-calls. */
export type IsRoot = (request: Omit<ModelRequest, 'speaker' | 'turn'>) => boolean;

/** The chat completions that a scripted server was asked for, and which of them are open. */
export class RequestLog {
  readonly requests: RecordedRequest[] = [];
  readonly #isRoot: IsRoot;
  readonly #turns: Record<Speaker, number> = { root: 0, sub: 0 };
  readonly #waiters = new Set<() => void>();
  #inFlight = 0;
  #maxInFlight = 0;

  /** @param isRoot by default true of requests whose system prompt begins like that of the first. */
  constructor(isRoot?: IsRoot) {
    this.#isRoot =
      isRoot ??
      ((request) => {
        const first = this.requests[0];
        return !first || opening(first) === opening(request);
      });
  }

  /** The most requests that were open at one moment. */
  get maxInFlight(): number {
    return this.#maxInFlight;
  }

  /** A request has arrived, which is open until its response closes; `gone` aborts then. */
  add(
    response: ServerResponse,
    request: Omit<ModelRequest, 'number' | 'speaker' | 'turn'>,
  ): { readonly record: RecordedRequest; readonly gone: AbortSignal } {
    const numbered = { ...request, number: this.requests.length + 1 };
    const speaker: Speaker = this.#isRoot(numbered) ? 'root' : 'sub';
    this.#turns[speaker] += 1;
    const record: RecordedRequest = {
      ...numbered,
      speaker,
      turn: this.#turns[speaker],
      arrivedAt: performance.now(),
      endedAt: null,
      aborted: false,
      status: null,
    };
    this.requests.push(record);
    this.#inFlight += 1;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
    const gone = new AbortController();
    response.once('close', () => {
      this.#inFlight -= 1;
      record.endedAt = performance.now();
      record.aborted = !response.writableFinished;
      record.status = response.headersSent ? response.statusCode : null;
      gone.abort();
      this.#changed();
    });
    this.#changed();
    return { record, gone: gone.signal };
  }

  /** Resolves once so many have arrived. */
  arrived(count: number): Promise<void> {
    return this.#until(() => this.requests.length >= count);
  }

  /** Resolves once nothing is open. */
  idle(): Promise<void> {
    return this.#until(() => this.#inFlight === 0);
  }

  #changed(): void {
    for (const check of [...this.#waiters]) check();
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#waiters.delete(check);
        resolve();
      };
      this.#waiters.add(check);
      check();
    });
  }
}

function opening({ messages }: Pick<ModelRequest, 'messages'>): string | undefined {
  return messages[0]?.content.split('\n', 1)[0];
}
