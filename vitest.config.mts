import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Run before the first test of every tier; projects do not inherit it. */
const globalSetup = ['./test/host/prepareMachine.ts'];

/** Tiers that open windows. */
const withWindows = {
  globalSetup,
  testTimeout: 240_000,
  hookTimeout: 600_000,
  // As long as Playwright waits. Of its own, a poll waits for 1 s, which a busy machine needs for a click.
  expect: { poll: { timeout: 60_000 } },
};

/** Imports Python as text, as the bundles do (`with { type: 'text' }`). */
const pythonAsText = {
  name: 'python-as-text',
  transform: (code: string, path: string) =>
    path.endsWith('.py') ? `export default ${JSON.stringify(code)};` : null,
};

/**
 * Files whose tests take longest, longest first. The last file that is begun decides when all are done, and a
 * fresh clone remembers no times. A name that is missing here costs some seconds, nothing else.
 */
const long = [
  'repl/floodedHost',
  'cli/ask',
  'rlm/largeText',
  'cli/killed',
  'cli/killedToo',
  'repl/attacksOnLimits',
  'git/randomSettings',
  'models/floods',
  'repl/interrupts',
  'repl/cycles',
  'repl/otherCycles',
  'documents/openDocuments',
  'git/programs',
  'git/kinds',
  'rlm/resumeKinds',
  'rlm/timeLimit',
  'repl/wasmAttacks',
  'repl/life',
  'repl/wasmLife',
  'git/pipes',
  'e2e/recursion',
  'e2e/generateReport',
  'e2e/recursionLive',
  'e2e/report',
];

/** Begins with the files that take longest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const place = ({ moduleId }: TestSpecification): number => {
      const at = long.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? long.length : at;
    };
    return [...others].sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    // Counts for the last line of `npm test`, beside what people read.
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/host/countsReporter.ts'],
    projects: [
      {
        plugins: [pythonAsText],
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Half as many again as cores: much of what a test does is waiting for kernels and servers.
          maxWorkers: Math.ceil(1.5 * availableParallelism()),
          // On a busy machine: hooks build programs and make repositories.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
          globalSetup: [
            ...globalSetup,
            './test/unit/repl/wasmSetup.ts',
            './test/unit/cli/buildsSetup.ts',
          ],
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Each file has a window, a server and a home of its own, and waits for them more than it works.
          maxWorkers: 3,
          ...withWindows,
        },
      },
      {
        // It builds into `dist/`, which others read.
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          fileParallelism: false,
          ...withWindows,
        },
      },
    ],
  },
});
