import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markUnfinished } from '../../../../../src/editor/report/unfinished/markUnfinished';
import { findUnfinished } from '../../../../../src/editor/report/unfinished/unfinishedReports';
import type { QuestionAttempt } from '../../../../../src/editor/running/questionAttempt';
import type { RunEnd } from '../../../../../src/editor/running/runFollower';
import type { NodeId, RunId } from '../../../../../src/trajectory/events';
import { type TemporaryFolder, temporaryFolder } from '../../../../host/folders';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('mark');
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

const log = {
  error: (_: string, error: unknown) => {
    throw error;
  },
};

/** A run that writes a report. @param resumed the run that it goes on with. */
function begin(run: string, resumed: string | null = null) {
  const attempt: QuestionAttempt = {
    question: 'Describe every module',
    subject: { kind: 'workspace', folders: ['/projects/one'] },
    followUp: resumed && join(folder.path, `${resumed}.jsonl`),
    resume: resumed !== null,
    failed: null,
  };
  const mark = markUnfinished(folder.path, log, attempt);
  const node = 'n1' as NodeId;
  mark.onEvent?.({ type: 'node-ended', run: run as RunId, node, time: 0, outcome: 'ok' });
  mark.onReport?.({
    path: join(folder.path, 'one.report.md'),
    bytes: 10,
    sections: 2,
    openSections: 1,
    problem: null,
    outline: () => [],
  });
  return { end: async (how: RunEnd['how']) => mark.onEnd?.({ result: null, how }) };
}

const offered = async () =>
  (await findUnfinished(folder.path, ['/projects/one'])).map(({ run }) => run);

describe('a run with a report', () => {
  it('is offered after its window was closed, not after the user cancelled it', async () => {
    await begin('run-1').end('left');
    await begin('run-2').end('ended');
    expect(await offered()).toEqual(['run-1']);
  });

  it('that was resumed is offered in place of the one before until it is done', async () => {
    await begin('run-1').end('left');
    await begin('run-2', 'run-1').end('ended');
    expect(await offered()).toEqual(['run-2']);
    await begin('run-3', 'run-2').end('done');
    expect(await readdir(folder.path)).toEqual([]);
  });
});
