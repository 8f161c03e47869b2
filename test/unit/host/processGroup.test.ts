import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ProcessGroup } from '../../host/processGroup';

const LIMIT = 20_000;

/** A program that starts another one, says both ids, and stays. */
const parentAndChild = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log('ids', process.pid, child.pid);
  setInterval(() => {}, 1000);
`;

async function startParentAndChild(): Promise<{ group: ProcessGroup; ids: number[] }> {
  const group = new ProcessGroup(process.execPath, ['-e', parentAndChild]);
  const [, parent, child] = await group.waitFor(/ids (\d+) (\d+)\n/, LIMIT);
  return { group, ids: [Number(parent), Number(child)] };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.skipIf(process.platform === 'win32')('ends what its program started, too', async () => {
  const { group, ids } = await startParentAndChild();
  expect(ids.map(isAlive)).toEqual([true, true]);

  await group[Symbol.asyncDispose]();

  await expect.poll(() => ids.map(isAlive), { timeout: LIMIT }).toEqual([false, false]);
});

test('insists when its program does not want to end', async () => {
  const stubborn = `process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)`;
  const group = new ProcessGroup(process.execPath, ['-e', stubborn]);
  await group.waitFor(/up/, LIMIT);

  await group[Symbol.asyncDispose]();

  expect(await group.ended).toMatch(/^SIG(KILL|TERM)$/);
});

test('says what a program wrote that ended before it was ready', async () => {
  await using group = new ProcessGroup(process.execPath, [
    '-e',
    'console.error("no port"); process.exit(3)',
  ]);

  await expect(group.waitFor(/ready/, LIMIT)).rejects.toThrow(/exit status 3.*\n(.*\n)*.*no port/);
});

test('says so when a program can not be started', async () => {
  await using group = new ProcessGroup('/nowhere/fathom', []);

  expect(await group.ended).toContain('ENOENT');
});

test('leaves no listener behind', async () => {
  const before = process.listenerCount('SIGINT');
  const { group } = await startParentAndChild();
  await group[Symbol.asyncDispose]();
  await delay(0);

  expect(process.listenerCount('SIGINT')).toBe(before);
});
