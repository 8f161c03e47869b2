import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { offlineRoot, offlineSub } from '../../../../src/models/offline/offlineModel';
import type { KernelFactory } from '../../../../src/repl/kernel';
import { openRepository, type RepositoryOptions } from '../../../../src/repository/openRepository';
import { defaultLimits, type Limits } from '../../../../src/rlm/budget/limits';
import type { RunResult } from '../../../../src/rlm/request';
import { runQuestion } from '../../../../src/rlm/runQuestion';
import type { Subject } from '../../../../src/rlm/subject/subject';
import type { TrajectoryEvent } from '../../../../src/trajectory/events';
import { chosenKernels } from '../../../host/chosenKernels';
import { projectFolder } from '../../../host/folders';

/** An offline run that has ended, with the code it wrote and what that printed. */
export interface OfflineRun {
  readonly result: RunResult;
  readonly cells: readonly string[];
  readonly outputs: readonly string[];
}

/** Asks the offline model with the real engine, kernel and ripgrep. */
export async function askOffline(
  question: string,
  subject: Subject,
  limits: Partial<Limits> = {},
  kernels?: KernelFactory,
): Promise<OfflineRun> {
  const logFolder = await mkdtemp(join(tmpdir(), 'fathom-offline-'));
  const { signal } = new AbortController();
  const events: TrajectoryEvent[] = [];
  try {
    const result = await runQuestion({
      question,
      subject,
      model: offlineRoot(),
      subModel: offlineSub(),
      kernels: kernels ?? (await chosenKernels()),
      limits: { ...defaultLimits, ...limits },
      promptFolders: [join(projectFolder, 'prompts')],
      logFolder,
      onEvent: (event) => events.push(event),
      signal,
    });
    return { result, cells: bodies(events, 'code'), outputs: bodies(events, 'output') };
  } finally {
    await rm(logFolder, { recursive: true });
  }
}

/** A folder as what a question is about. */
export async function folderSubject(
  folder: string,
  options: Partial<RepositoryOptions> = {},
): Promise<Subject> {
  const repository = await openRepository([folder], { ripgrep: rgPath, ...options });
  return { kind: 'repository', repository };
}

function bodies(events: readonly TrajectoryEvent[], wanted: 'code' | 'output'): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'body' && event.part === wanted ? [event.text] : [],
  );
}
