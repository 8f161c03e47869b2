import type { Benchmark } from './benchmark';

/** All benchmarks, in the order they are run and shown. */
export const benchmarks: readonly Benchmark[] = [];
