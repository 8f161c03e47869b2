import { readSync, writeSync } from 'node:fs';
import { type LineRequest, readingAhead, type SharedLine, slots } from './sharedLine';

/** Descriptors of the process, the same as a native kernel has. */
const fromHost = 0;
const toHost = 1;
const prints = 2;

export interface HostLineOptions {
  readonly shared: SharedLine;
  /** Asks the other thread for something. */
  readonly request: (what: LineRequest) => void;
}

/**
 * The main thread's way to the host, without an event loop. Reading and writing are plain blocking calls, so
 * a host call costs one of each. Only who wants to wait with a time limit has the other thread read.
 */
export class HostLine {
  readonly #shared: SharedLine;
  readonly #request: (what: LineRequest) => void;
  /** How much of what was read ahead is taken. */
  #taken = 0;
  /** When the timer runs out, by `performance.now()`. */
  #alarm = Number.POSITIVE_INFINITY;

  constructor({ shared, request }: HostLineOptions) {
    this.#shared = shared;
    this.#request = request;
  }

  /** Waits for bytes; 0 when the host has closed the line. */
  receive(into: Uint8Array): number {
    const { state, ahead } = this.#shared;
    if (Atomics.load(state, slots.reading) === readingAhead.no) return readSync(fromHost, into);
    this.#sleepUntil(() => this.#hasReadAhead, Number.POSITIVE_INFINITY);
    const length = Atomics.load(state, slots.length);
    const part = ahead.subarray(this.#taken, Math.min(length, this.#taken + into.length));
    into.set(part);
    this.#taken += part.length;
    if (this.#taken === length) {
      this.#taken = 0;
      Atomics.store(state, slots.reading, readingAhead.no);
    }
    return part.length;
  }

  /** Whether `receive` would not wait; waits for that so long, unless a signal comes. */
  poll(timeoutMs: number): 'readable' | 'nothing' | 'interrupted' {
    const { state } = this.#shared;
    if (Atomics.load(state, slots.reading) === readingAhead.no) {
      Atomics.store(state, slots.reading, readingAhead.underWay);
      this.#request('read ahead');
    }
    this.#sleepUntil(() => this.#hasReadAhead || this.#signalled, timeoutMs);
    if (this.#hasReadAhead) return 'readable';
    return this.#signalled ? 'interrupted' : 'nothing';
  }

  /** Waits so long, unless a signal comes. */
  sleep(timeoutMs: number): 'nothing' | 'interrupted' {
    this.#sleepUntil(() => this.#signalled, timeoutMs);
    return this.#signalled ? 'interrupted' : 'nothing';
  }

  send(from: Uint8Array): number {
    return writeSync(toHost, from);
  }

  print(from: Uint8Array): number {
    return writeSync(prints, from);
  }

  /** The number of a signal that is due, or 0. */
  takeSignal(): number {
    const { state } = this.#shared;
    if (state[slots.signal] !== 0) return Atomics.exchange(state, slots.signal, 0);
    if (performance.now() < this.#alarm) return 0;
    this.#alarm = Number.POSITIVE_INFINITY;
    return alarmSignal;
  }

  /** Makes SIGALRM due after so many milliseconds; 0 stops the timer. */
  setTimer(milliseconds: number): void {
    this.#alarm = milliseconds > 0 ? performance.now() + milliseconds : Number.POSITIVE_INFINITY;
  }

  /**
   * Drops the signals that the host sent before what was last received: they were meant for the cell before.
   * They come over another line, so that the other thread has to look whether some still wait there.
   */
  dropSignals(): void {
    const { state } = this.#shared;
    const before = Atomics.load(state, slots.dropped);
    this.#request('drop signals');
    this.#sleepUntil(() => Atomics.load(state, slots.dropped) !== before, Number.POSITIVE_INFINITY);
  }

  get #hasReadAhead(): boolean {
    return Atomics.load(this.#shared.state, slots.reading) === readingAhead.done;
  }

  get #signalled(): boolean {
    return Atomics.load(this.#shared.state, slots.signal) !== 0 || performance.now() >= this.#alarm;
  }

  #sleepUntil(ready: () => boolean, timeoutMs: number): void {
    const { state } = this.#shared;
    const end = performance.now() + timeoutMs;
    for (;;) {
      const bell = Atomics.load(state, slots.bell);
      if (ready()) return;
      const now = performance.now();
      if (now >= end) return;
      Atomics.wait(state, slots.bell, bell, Math.max(0, Math.min(end, this.#alarm) - now));
    }
  }
}

const alarmSignal = 14;
