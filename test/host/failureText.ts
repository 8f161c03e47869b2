import type { TestFailure } from './testCounts';

/** Lines of an error that are shown once more at the end of a run. */
const mostLines = 30;

/** Tests that failed and why, as they are named once more at the end of a run; "" when none failed. */
export function failureText(failures: readonly TestFailure[]): string {
  return failures.map(({ name, error }) => `\n ✗ ${name}\n${indented(error)}\n`).join('');
}

/** The beginning says what went wrong, and often with what. */
function indented(error: string): string {
  const lines = error.trim().split('\n');
  const more = lines.length - mostLines;
  const shown = more > 0 ? [...lines.slice(0, mostLines), `… ${more} more lines`] : lines;
  return shown.map((line) => `     ${line}`).join('\n');
}
