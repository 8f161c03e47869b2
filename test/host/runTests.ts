// `npm test`: every tier, one after the other, all of them even if one fails. The last line it prints is
// `N passed, N failed`, over all tiers, and before it says once more what failed; the exit status is 0 only when every tier ran tests and all passed.
import { execa } from 'execa';
import { failureText } from './failureText';
import { forgetTestCounts, readTestCounts, type TestCounts } from './testCounts';

/** How a tier tells what it came to: by the counts it leaves, or as one check that passes or fails. */
interface Tier {
  readonly script: string;
  /** Name of the counts; null for a single check. */
  readonly counts: string | null;
}

const tiers: readonly Tier[] = [
  { script: 'check:types', counts: null },
  { script: 'check:style', counts: null },
  { script: 'check:python', counts: null },
  { script: 'test:unit', counts: 'unit' },
  { script: 'test:vscode', counts: 'integration' },
  { script: 'test:e2e', counts: 'e2e' },
  { script: 'test:package', counts: 'package' },
];

/** `--long`, as `npm run test:long` gives it: what repeats something does so in full. */
const env = process.argv.includes('--long') ? { FATHOM_TEST_LONG: '1' } : {};

async function runTier({ script, counts: name }: Tier): Promise<TestCounts> {
  console.log(`\n=== npm run ${script}`);
  if (name !== null) await forgetTestCounts(name);
  const { failed: hasFailed } = await execa('npm', ['run', '--silent', script], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
    reject: false,
  });
  const failure = (error: string): TestCounts => ({
    passed: 0,
    failed: 1,
    failures: [{ name: script, error }],
  });
  if (name === null) {
    return hasFailed
      ? failure('See what it printed above.')
      : { passed: 1, failed: 0, failures: [] };
  }
  const counts = await readTestCounts(name);
  if (counts === null || counts.passed + counts.failed === 0) {
    return failure('It ran no tests, which counts as a failure.');
  }
  if (hasFailed && counts.failed === 0) {
    return {
      ...failure('It ended with an error, which counts as a failure.'),
      passed: counts.passed,
    };
  }
  return counts;
}

const results: { readonly tier: Tier; readonly counts: TestCounts; readonly seconds: number }[] =
  [];
for (const tier of tiers) {
  const start = performance.now();
  const counts = await runTier(tier);
  results.push({ tier, counts, seconds: (performance.now() - start) / 1000 });
}

console.log('');
for (const { tier, counts, seconds } of results) {
  const { passed, failed } = counts;
  const time = `${seconds.toFixed(0)} s`;
  console.log(`${tier.script.padEnd(14)}${passed} passed, ${failed} failed, ${time}`);
}
const passed = results.reduce((total, { counts }) => total + counts.passed, 0);
const failed = results.reduce((total, { counts }) => total + counts.failed, 0);
console.log(failureText(results.flatMap(({ counts }) => counts.failures)));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
