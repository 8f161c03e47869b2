import type { Reporter, TestModule } from 'vitest/node';
import { type TestCounts, writeTestCounts } from './testCounts';

/** Writes how many tests of each vitest project passed and failed. */
export default class CountsReporter implements Reporter {
  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly unknown[],
  ): Promise<void> {
    const counts = new Map<string, TestCounts>();
    for (const module of modules) {
      const tier = module.project.name;
      counts.set(tier, sum(counts.get(tier), countsOf(module)));
    }
    for (const [tier, count] of counts) {
      await writeTestCounts(tier, sum(count, { passed: 0, failed: unhandledErrors.length }));
    }
  }
}

function countsOf(module: TestModule): TestCounts {
  const tests = [...module.children.allTests()];
  const failed = tests.filter((test) => test.result().state === 'failed').length;
  return {
    passed: tests.filter((test) => test.result().state === 'passed').length,
    // A file that can't be loaded, or whose hooks fail, has no failed test of its own.
    failed: failed === 0 && module.state() === 'failed' ? 1 : failed,
  };
}

function sum(a: TestCounts = { passed: 0, failed: 0 }, b: TestCounts): TestCounts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}
