/**
 * What the two threads of a wasm kernel share. Python keeps the main thread busy or blocked; the other one
 * listens to the host meanwhile.
 */
export interface SharedLine {
  /** See `slots`. */
  readonly state: Int32Array<SharedArrayBuffer>;
  /** Bytes that were read ahead. */
  readonly ahead: Uint8Array<SharedArrayBuffer>;
}

/** Places in `state`. */
export const slots = {
  /** A signal for Python, or 0. */
  signal: 0,
  /** Counts whatever happens; a thread that sleeps is woken by it. */
  bell: 1,
  /** Whether bytes are being read ahead; see `readingAhead`. */
  reading: 2,
  /** How many bytes were read ahead. */
  length: 3,
  /** Counts the times that old signals were dropped. */
  dropped: 4,
} as const;

/** Values of `slots.reading`. */
export const readingAhead = { no: 0, underWay: 1, done: 2 } as const;

/** What Python's thread asks of the other one. */
export type LineRequest = 'read ahead' | 'drop signals';

const aheadBytes = 65_536;

export function newSharedLine(): SharedLine {
  return {
    state: new Int32Array(new SharedArrayBuffer(4 * 5)),
    ahead: new Uint8Array(new SharedArrayBuffer(aheadBytes)),
  };
}

/** Wakes the other thread. */
export function ring({ state }: SharedLine): void {
  Atomics.add(state, slots.bell, 1);
  Atomics.notify(state, slots.bell);
}
