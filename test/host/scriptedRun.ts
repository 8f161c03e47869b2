import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import type { LanguageModel } from '../../src/models/languageModel';
import { openAiModel } from '../../src/models/openAiModel';
import type { KernelFactory } from '../../src/repl/kernel';
import type { LanguageServers } from '../../src/repository/language/languageServers';
import { openRepository } from '../../src/repository/openRepository';
import { defaultLimits, type Limits } from '../../src/rlm/budget/limits';
import type { NodeStops } from '../../src/rlm/budget/nodeStops';
import type { RunTime } from '../../src/rlm/budget/runTime';
import type { RunRequest, RunResult } from '../../src/rlm/request';
import { runQuestion } from '../../src/rlm/runQuestion';
import type { Subject } from '../../src/rlm/subject/subject';
import type { TrajectoryEvent } from '../../src/trajectory/events';
import { chosenKernels } from './chosenKernels';
import { projectFolder } from './folders';
import type { ModelScript } from './modelScript';
import { type ModelServer, startModelServer } from './modelServer';

export interface ScriptedRunOptions {
  readonly question?: string;
  /** Path to text, of a repository made for this run. */
  readonly files?: Readonly<Record<string, string>>;
  /** Those of an editor; makes them for the repository in that folder. */
  readonly languageServers?: (folder: string) => LanguageServers;
  /** In bytes; larger files are neither searched nor read. */
  readonly maxFileSize?: number;
  /** Told where that repository is, before the question is asked. */
  readonly onRepository?: (folder: string) => void;
  /** What to ask about instead of a repository. */
  readonly subject?: Subject;
  readonly limits?: Partial<Limits>;
  /** A name in the run's folder, or a path, for a report that is wanted. */
  readonly reportFile?: string;
  readonly report?: RunRequest['report'];
  /** Told of the report's text at the end, or null when there is none. */
  readonly onReportText?: (text: string | null) => void;
  /** By default `never`: scripts are about the loop, and their repositories small. */
  readonly direct?: 'auto' | 'never';
  /** Names of models that code may ask besides the one of the run. */
  readonly otherModels?: readonly string[];
  /** What the model can read at once, in tokens; unknown by default. */
  readonly contextWindow?: number;
  /** Wraps the kernels that the run is given. */
  readonly wrapKernels?: (kernels: KernelFactory) => KernelFactory;
  readonly time?: RunTime;
  readonly signal?: AbortSignal;
  readonly nodeStops?: NodeStops;
  readonly onEvent?: (event: TrajectoryEvent, server: ModelServer) => void;
  readonly onNotice?: (message: string) => void;
  readonly promptFolders?: readonly string[];
  /** A server of the caller's, who closes it, instead of one for this run. */
  readonly server?: ModelServer;
  /** Logs that stay, in a folder of the caller's. */
  readonly logFolder?: string;
  readonly continues?: RunRequest['continues'];
  readonly session?: RunRequest['session'];
  /** Where replies of sub-LMs are kept for other runs; by default nowhere. */
  readonly cacheFolder?: string;
}

/** A run that has ended, with what its model was sent. */
export interface ScriptedRun {
  readonly result: RunResult;
  readonly events: readonly TrajectoryEvent[];
  readonly requests: ModelServer['requests'];
  readonly maxInFlight: number;
  /** The log's text. */
  readonly log: string;
}

/**
 * Answers a question with everything real (kernel, ripgrep, HTTP) but the model's words, in a
 * temporary folder that is gone afterwards.
 */
export async function scriptedRun(
  script: ModelScript,
  options: ScriptedRunOptions = {},
): Promise<ScriptedRun> {
  const folder = await mkdtemp(join(tmpdir(), 'fathom-run-'));
  const server = options.server ?? (await startModelServer(script));
  const requestsBefore = server.requests.length;
  const signal = options.signal ?? new AbortController().signal;
  const events: TrajectoryEvent[] = [];
  try {
    const endpoint = { apiKey: 'test-key-000', baseUrl: server.url };
    const served = openAiModel({ ...endpoint, name: 'scripted' });
    const model = withWindow(served, options.contextWindow ?? null);
    const kernels = await chosenKernels();
    options.onRepository?.(join(folder, 'repo'));
    const result = await runQuestion({
      question: options.question ?? 'What is here?',
      subject: options.subject ?? (await makeRepository(join(folder, 'repo'), options)),
      model,
      subModel: model,
      otherModels: (options.otherModels ?? []).map((name) => openAiModel({ ...endpoint, name })),
      kernels: options.wrapKernels?.(kernels) ?? kernels,
      limits: { ...defaultLimits, ...options.limits },
      ...(options.time ? { time: options.time } : {}),
      direct: options.direct ?? 'never',
      promptFolders: [join(projectFolder, 'prompts'), ...(options.promptFolders ?? [])],
      logFolder: options.logFolder ?? join(folder, 'log'),
      continues: options.continues ?? null,
      session: options.session ?? null,
      cacheFolder: options.cacheFolder ?? null,
      reportFile: options.reportFile ? resolve(folder, options.reportFile) : null,
      report: options.report ?? null,
      secrets: ['test-key-000'],
      onEvent: (event) => {
        events.push(event);
        options.onEvent?.(event, server);
      },
      ...(options.onNotice ? { onNotice: options.onNotice } : {}),
      signal,
      ...(options.nodeStops ? { nodeStops: options.nodeStops } : {}),
    });
    options.onReportText?.(result.report ? await readFile(result.report.path, 'utf8') : null);
    const log = result.trajectory ? await readFile(result.trajectory, 'utf8') : '';
    const { requests, maxInFlight } = server;
    return { result, events, requests: requests.slice(requestsBefore), maxInFlight, log };
  } finally {
    if (!options.server) await server.close();
    await rm(folder, { recursive: true });
  }
}

async function makeRepository(
  folder: string,
  { files = {}, languageServers, maxFileSize }: ScriptedRunOptions,
): Promise<Subject> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const repository = await openRepository([folder], {
    ripgrep: rgPath,
    ...(languageServers ? { languageServers: languageServers(folder) } : {}),
    ...(maxFileSize === undefined ? {} : { maxFileSize }),
  });
  return { kind: 'repository', repository };
}

/** The same model, which can read so much at once. */
function withWindow(model: LanguageModel, contextWindow: number | null): LanguageModel {
  return {
    name: model.name,
    ...(model.id === undefined ? {} : { id: model.id }),
    offline: model.offline,
    get contextWindow() {
      return contextWindow ?? model.contextWindow;
    },
    price: (inputTokens, outputTokens) => model.price(inputTokens, outputTokens),
    complete: (messages, options) => model.complete(messages, options),
  };
}
