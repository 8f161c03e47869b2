import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { type TestCounts, type TestFailure, writeTestCounts } from './testCounts';

/** Writes how many tests of each vitest project passed and failed, and why. */
export default class CountsReporter implements Reporter {
  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
  ): Promise<void> {
    const counts = new Map<string, TestCounts>();
    for (const module of modules) {
      const tier = module.project.name;
      counts.set(tier, sum(counts.get(tier), countsOf(module)));
    }
    const unhandled = unhandledErrors.map((error) => failure('An error outside of tests', [error]));
    for (const [tier, count] of counts) {
      const more = { passed: 0, failed: unhandled.length, failures: unhandled };
      await writeTestCounts(tier, sum(count, more));
    }
  }
}

function countsOf(module: TestModule): TestCounts {
  const failed = [...module.children.allTests('failed')];
  const path = module.relativeModuleId;
  const own = failed.map((test) =>
    failure(`${path} › ${test.fullName}`, test.result().errors ?? []),
  );
  // A file that can't be loaded, or whose hooks fail, has no failed test of its own.
  const errors = [module, ...module.children.allSuites()].flatMap((suite) => suite.errors());
  const ofFile = module.state() === 'failed' && own.length === 0 ? [failure(path, errors)] : [];
  const failures = [...own, ...ofFile];
  const passed = [...module.children.allTests('passed')].length;
  return { passed, failed: failures.length, failures };
}

function failure(name: string, errors: readonly SerializedError[]): TestFailure {
  return { name, error: errors.map(errorText).join('\n') };
}

function errorText({ name, message, diff, stacks, cause }: SerializedError): string {
  const at = stacks?.[0];
  const parts = [
    `${name ?? 'Error'}: ${message}`,
    diff,
    at && `at ${at.file}:${at.line}`,
    cause && `because of ${cause.name ?? 'Error'}: ${cause.message}`,
  ];
  const texts = parts.filter((part) => typeof part === 'string');
  return stripVTControlCharacters(texts.join('\n'));
}

function sum(a: TestCounts | undefined, b: TestCounts): TestCounts {
  if (!a) return b;
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    failures: [...a.failures, ...b.failures],
  };
}
