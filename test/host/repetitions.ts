/**
 * How often a test repeats what it repeats: `all` under `npm run test:long`, and in CI's nightly form, which
 * sets FATHOM_TEST_LONG; `few` in `npm test`, which people wait for. Both check the same things.
 */
export function repetitions(all: number, few: number): number {
  return process.env['FATHOM_TEST_LONG'] ? all : few;
}
