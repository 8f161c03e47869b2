/** One measured figure, beside what it was compared with in the same run. */
export interface BenchRow {
  /** What was measured, for example `grep, 70,000 files`. */
  readonly name: string;
  /** The measured figure, in `unit`. */
  readonly value: number;
  /** Unit of `value` and `baseline`: `ms`, `MB`, `calls/s`. */
  readonly unit: string;
  /** What the figure is compared with, for example `rg run by hand`. */
  readonly baselineDescription: string;
  /** The baseline's figure, in `unit`; null when there is nothing to compare with. */
  readonly baseline: number | null;
  /** `value / baseline`, measured side by side in this run; null when there is no baseline. */
  readonly ratio: number | null;
  /** What the figure should be, in words such as `ratio <= 1.3` or `< 40 ms`; null when there is no target. */
  readonly target: string | null;
}

/** A group of figures that are measured together. Add it to the list in `benchmarks.ts`. */
export interface Benchmark {
  /** The word that `--only` takes. */
  readonly name: string;
  /** One sentence: what is measured, and against what. */
  readonly describe: string;
  /** Measures. Removes whatever it made; throws when it could not measure. */
  run(signal: AbortSignal): Promise<readonly BenchRow[]>;
}
