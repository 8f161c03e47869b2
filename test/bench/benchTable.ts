import type { BenchRow } from './benchmark';

const headings = ['what', 'measured', 'compared with', 'baseline', 'ratio', 'target'];
/** Columns of numbers, which line up on the right. */
const numeric = new Set([1, 3, 4]);

/** The figures as an aligned table for a terminal. */
export function benchTable(rows: readonly BenchRow[]): string {
  const cells = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lines = cells.map((row) =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('  '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].map((line) => line?.trimEnd()).join('\n');
}

function cellsOf(row: BenchRow): string[] {
  return [
    row.name,
    `${figure(row.value)} ${row.unit}`,
    row.baselineDescription,
    row.baseline === null ? '' : `${figure(row.baseline)} ${row.unit}`,
    row.ratio === null ? '' : row.ratio.toFixed(2),
    row.target ?? '',
  ];
}

/** Three significant digits are more than a measurement on a busy machine is worth. */
function figure(value: number): string {
  return Math.abs(value) >= 100
    ? value.toLocaleString('en-US', { maximumFractionDigits: 0 })
    : value.toPrecision(3);
}

function pad(cell: string, width: number, column: number): string {
  return numeric.has(column) ? cell.padStart(width) : cell.padEnd(width);
}
