import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../../../src/cli/ask';
import { exitStatus } from '../../../src/cli/exitStatus';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { MemoryOutput } from './memoryOutput';
import { testIo } from './testIo';

describe.skipIf(process.platform === 'win32')('what comes before a run', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder('before-a-run');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  /** Asks about documents that never come. */
  async function askAbout(file: string, more: readonly string[], signal?: AbortSignal) {
    const stdout = new MemoryOutput();
    const stderr = new MemoryOutput();
    const never = new Readable({ read: () => undefined });
    const io = testIo({ stdin: () => never, stdout, stderr, ...(signal ? { signal } : {}) });
    const log = ['--log', folder.path];
    const argv = ['--offline', '--json', ...log, '--file', file, ...more, 'What is it?'];
    const status = await ask(argv, io);
    return { status, json: JSON.parse(stdout.text), error: stderr.text };
  }

  it.each(['standard input', 'a pipe'])('ends at the time limit: %s', async (what) => {
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { status, json, error } = await askAbout(what === 'a pipe' ? pipe : '-', [
      '--timeout',
      '1',
    ]);
    expect(status).toBe(exitStatus.limit);
    expect(json).toMatchObject({
      status: 'limit',
      reason: 'The time limit of 1 s was reached.',
      answer: '',
    });
    expect(error).toContain('The time limit of 1 s was reached.');
  });

  it('ends when it is interrupted', async () => {
    const { status, json } = await askAbout('-', [], AbortSignal.timeout(200));
    expect(status).toBe(exitStatus.interrupted);
    expect(json).toMatchObject({ status: 'cancelled' });
  });
});
