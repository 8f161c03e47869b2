import { BaseSequencer, type TestSpecification } from 'vitest/node';

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
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const place = ({ moduleId }: TestSpecification): number => {
      const at = long.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? long.length : at;
    };
    return [...others].sort((a, b) => place(a) - place(b));
  }
}
