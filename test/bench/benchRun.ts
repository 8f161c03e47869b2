import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompletionOptions, LanguageModel, Message } from '../../src/models/languageModel';
import { lateKernels } from '../../src/repl/lateKernels';
import { selectKernels } from '../../src/repl/selectKernel';
import { defaultLimits } from '../../src/rlm/budget/limits';
import type { RunRequest, RunResult } from '../../src/rlm/request';
import { runQuestion } from '../../src/rlm/runQuestion';
import { noUsage } from '../../src/trajectory/usage';
import { cacheFolder, projectFolder } from '../host/folders';

/** What a benchmark's run is given; everything else is as users have it. */
export type BenchRunOptions = Pick<RunRequest, 'subject' | 'signal'> &
  Partial<Pick<RunRequest, 'limits' | 'onEvent' | 'reportFile' | 'reportAppendix' | 'onReport'>>;

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
      kernels: lateKernels(
        selectKernels({
          kernel: 'native',
          python: null,
          runtimeFolder: join(projectFolder, 'src/repl/python'),
          // As users have it after their first run.
          stateFolder: join(cacheFolder(), 'bench-state'),
          signal: options.signal,
        }),
      ),
      limits: defaultLimits,
      promptFolders: [join(projectFolder, 'prompts')],
      logFolder,
      onEvent: () => undefined,
      ...options,
    });
  } finally {
    await rm(logFolder, { recursive: true });
  }
}

/** A model made for measuring: it costs nothing. @param reply what it says. */
export function benchModel(
  reply: (messages: readonly Message[], signal: AbortSignal) => string | Promise<string>,
): LanguageModel {
  return {
    name: 'bench',
    offline: false,
    contextWindow: null,
    price: () => 0,
    complete: async (messages, { signal }: CompletionOptions) => ({
      text: await reply(messages, signal),
      usage: noUsage,
      finishReason: 'stop',
    }),
  };
}

/** What a root says that runs one cell. */
export function cellText(code: string): string {
  return `Go on.\n\n\`\`\`repl\n${code}\n\`\`\``;
}

/** Whether a conversation is a root's; a sub-call's prompt is all that its model sees. */
export function isRoot(messages: readonly Message[]): boolean {
  return messages[1]?.content.startsWith('<question>') ?? false;
}
