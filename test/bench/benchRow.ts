import type { BenchRow } from './benchmark';

/** A figure with nothing to compare it with. */
export function figure(name: string, value: number, unit: string, target: string | null): BenchRow {
  return { name, value, unit, baselineDescription: '', baseline: null, ratio: null, target };
}

/** A figure beside another one that was measured in turn with it. */
export function compared(
  name: string,
  value: number,
  unit: string,
  baselineDescription: string,
  baseline: number,
  target: string | null,
): BenchRow {
  return { name, value, unit, baselineDescription, baseline, ratio: value / baseline, target };
}

/** The value that a share of all, 0 to 1, is below; NaN where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The value in the middle; NaN where there are none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
