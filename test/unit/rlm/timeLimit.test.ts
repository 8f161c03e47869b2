import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lateKernels } from '../../../src/repl/lateKernels';
import { openRepository } from '../../../src/repository/openRepository';
import { RunTime } from '../../../src/rlm/budget/runTime';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { type ScriptedRunOptions, scriptedRun } from '../../host/scriptedRun';

/** Everything that can hang before the first request, in a run that has less than a second. */
const limits = { timeoutMs: 700 };

const neverKernels: ScriptedRunOptions = {
  files: { 'a.txt': 'a' },
  wrapKernels: () => lateKernels(new Promise(() => undefined)),
};

/** A repository whose ripgrep says nothing and does not end. */
async function hangingRepository(folder: TemporaryFolder): Promise<ScriptedRunOptions> {
  const ripgrep = join(folder.path, 'rg');
  await writeFile(ripgrep, '#!/bin/sh\nexec sleep 600\n');
  await chmod(ripgrep, 0o755);
  await writeFile(join(folder.path, 'a.txt'), 'a');
  const repository = await openRepository([folder.path], { ripgrep });
  return { subject: { kind: 'repository', repository } };
}

describe.skipIf(process.platform === 'win32')('the time limit of a run', () => {
  it('ends a run whose kernel never starts', async () => {
    const { result, requests } = await scriptedRun(() => 'The best that I have.', {
      ...neverKernels,
      limits,
    });
    expect(result).toMatchObject({
      status: 'limit',
      reason: 'The time limit of 1 s was reached.',
      answer: 'The best that I have.',
    });
    expect(requests.length).toBe(1);
  });

  it.each(['auto', 'never'] as const)(
    'ends a run that waits for a first look at its repository (direct: %s)',
    async (direct) => {
      await using folder = await temporaryFolder('time-limit');
      const hanging = await hangingRepository(folder);
      const { result, requests } = await scriptedRun(() => 'never asked', {
        ...hanging,
        direct,
        limits,
      });
      expect(result).toMatchObject({ status: 'limit', answer: '', iterations: 0 });
      expect(requests.length).toBe(0);
    },
  );

  it('counts from before the run', async () => {
    const time = new RunTime({ timeoutMs: 1 });
    await new Promise((resolve) => time.signal.addEventListener('abort', resolve));
    const { result, requests } = await scriptedRun(() => 'never asked', {
      files: { 'a.txt': 'a' },
      time,
    });
    expect(result).toMatchObject({ status: 'limit', answer: '' });
    expect(requests.length).toBe(0);
  });

  it('is not reached by a run that ends before it', async () => {
    const time = new RunTime({ timeoutMs: 60_000 });
    const { result } = await scriptedRun(() => '```repl\nFINAL("done")\n```', {
      files: { 'a.txt': 'a' },
      time,
    });
    expect(result.status).toBe('answered');
    expect(time.signal.aborted).toBe(false);
  });
});

describe.skipIf(process.platform === 'win32')('Stop before the first request', () => {
  it('ends a run whose kernel never starts', async () => {
    const signal = AbortSignal.timeout(300);
    const { result } = await scriptedRun(() => 'never asked', { ...neverKernels, signal });
    expect(result).toMatchObject({ status: 'cancelled', answer: '' });
  });

  it('ends a run that waits for a first look at its repository', async () => {
    await using folder = await temporaryFolder('time-limit');
    const hanging = await hangingRepository(folder);
    const signal = AbortSignal.timeout(300);
    const { result } = await scriptedRun(() => 'never asked', { ...hanging, signal });
    expect(result).toMatchObject({ status: 'cancelled', answer: '' });
  });
});
