import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptSessions } from '../../../src/rlm/sessions/keptSessions';
import type { OpenSession } from '../../../src/rlm/sessions/openSession';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;

let folder: TemporaryFolder;
let sessions: KeptSessions;
beforeEach(async () => {
  folder = await temporaryFolder('kept-sessions');
  sessions = new KeptSessions({ most: 2, idleMs: 600_000 });
});
afterEach(async () => {
  await sessions.dispose();
  await folder[Symbol.asyncDispose]();
});

async function ask(code: string, after: string | null, signal?: AbortSignal) {
  const session = await sessions.take(after, 'here');
  const { result } = await scriptedRun([cell(`files()\n${code}`), cell('FINAL("late")')], {
    files: { 'a.txt': 'alpha' },
    logFolder: folder.path,
    session,
    ...(signal ? { signal } : {}),
  });
  sessions.keep(session, 'here');
  return result;
}

/** Waits for what happens by itself. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(condition, { timeout: 10_000 }).toBe(true);
}

const isHeld = (session: OpenSession) => session.run !== null;

describe('kernels that are kept between questions', () => {
  it('have the variables of the conversation that goes on, and of no other', async () => {
    const first = await ask('marker = object()\nFINAL(str(id(marker)))', null);
    const other = await ask('FINAL("marker" in dir())', null);
    expect(other.answer).toBe('False');
    const next = await ask('FINAL(str(id(marker)))', first.run);
    expect(next.answer).toBe(first.answer);
    // It has gone on from there: who follows up the first answer again does so from the log.
    expect(isHeld(await sessions.take(first.run, 'here'))).toBe(false);
    const last = await sessions.take(next.run, 'here');
    expect(isHeld(last)).toBe(true);
    await last.dispose();
  });

  it('are few: the one not used for longest ends first', async () => {
    const runs = [await ask('FINAL(1)', null), await ask('FINAL(2)', null)];
    expect(sessions.size).toBe(2);
    await ask('FINAL(3)', null);
    expect(sessions.size).toBe(2);
    expect(isHeld(await sessions.take(runs[0]?.run ?? '', 'here'))).toBe(false);
    const second = await sessions.take(runs[1]?.run ?? '', 'here');
    expect(isHeld(second)).toBe(true);
    await second.dispose();
  });

  it('end when nobody asks again', async () => {
    sessions = new KeptSessions({ most: 2, idleMs: 1 });
    await ask('FINAL(1)', null);
    await until(() => sessions.size === 0);
  });

  it('are not used for something else, nor when they have died', async () => {
    const first = await ask('FINAL(1)', null);
    expect(isHeld(await sessions.take(first.run, 'elsewhere'))).toBe(false);
    expect(sessions.size).toBe(0);
    const session = await sessions.take(null, 'here');
    const { result } = await scriptedRun(
      [cell('import threading, os\nthreading.Timer(0.3, os._exit, [3]).start()\nFINAL("soon")')],
      { files: {}, logFolder: folder.path, session },
    );
    expect(result.answer).toBe('soon');
    await until(async () => !(await session.isAlive()));
    sessions.keep(session, 'here');
    expect(isHeld(await sessions.take(result.run, 'here'))).toBe(false);
  });

  it('are not kept of a run that was stopped, nor once they are to end', async () => {
    const stop = new AbortController();
    const session = await sessions.take(null, 'here');
    await scriptedRun([cell('print(1)'), { stall: true }], {
      files: {},
      logFolder: folder.path,
      session,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'body' && event.part === 'output') setImmediate(() => stop.abort());
      },
    });
    sessions.keep(session, 'here');
    expect(sessions.size).toBe(0);
    await sessions.dispose();
    await ask('FINAL(1)', null);
    expect(sessions.size).toBe(0);
  });
});
