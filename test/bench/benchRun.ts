import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanguageModel } from '../../src/models/languageModel';
import { selectKernels } from '../../src/repl/selectKernel';
import { defaultLimits, type RunRequest, type RunResult } from '../../src/rlm/request';
import { runQuestion } from '../../src/rlm/runQuestion';

const project = join(import.meta.dirname, '../..');

/** What a benchmark's run is given; everything else is as users have it. */
export type BenchRunOptions = Pick<RunRequest, 'subject' | 'signal'> &
  Partial<Pick<RunRequest, 'limits' | 'onEvent'>>;

/** Answers a question with a model made for measuring, and leaves nothing behind. */
export async function benchRun(model: LanguageModel, options: BenchRunOptions): Promise<RunResult> {
  const logFolder = await mkdtemp(join(tmpdir(), 'fathom-bench-'));
  try {
    return await runQuestion({
      question: 'What is here?',
      // What is measured is the loop: never the single call that a small context would come to.
      direct: 'never',
      model,
      subModel: model,
      kernels: await selectKernels({
        kernel: 'native',
        python: null,
        runtimeFolder: join(project, 'src/repl/python'),
        signal: options.signal,
      }),
      limits: defaultLimits,
      promptFolders: [join(project, 'prompts')],
      logFolder,
      onEvent: () => undefined,
      ...options,
    });
  } finally {
    await rm(logFolder, { recursive: true });
  }
}
