import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { temporaryFolder } from '../../host/folders';
import { startKernel, value } from './kernelHarness';

/** Kernels that are started and ended at the same time. */
export const atOnce = 8;

/** The processes that this one started, and those that they started, each by its id and when it began. */
async function descendants(): Promise<readonly string[]> {
  const found: string[] = [];
  const visit = async (pid: string): Promise<void> => {
    for (const child of await childrenOf(pid)) {
      const identity = await identityOf(child);
      if (identity !== null) found.push(identity);
      await visit(child);
    }
  };
  await visit('self');
  return found;
}

async function childrenOf(pid: string): Promise<readonly string[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((id) => readFile(`/proc/${pid}/task/${id}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(/\s+/)).filter((child) => child !== '');
}

/** Process ids are used again; together with the time of the start they are not. Null when it is gone. */
async function identityOf(pid: string): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [, state, ...rest] = stat.slice(stat.lastIndexOf(')')).split(' ');
  const started = rest[18];
  // A zombie has ended; this machine's first process has not taken notice yet.
  return started === undefined || state === 'Z' ? null : `${pid} ${started}`;
}

async function isThere(identity: string): Promise<boolean> {
  return (await identityOf(identity.split(' ')[0] ?? '')) === identity;
}

/** What this process has open, and how many processes are below it. */
export async function held(): Promise<{
  readonly descriptors: number;
  readonly processes: number;
}> {
  const processes = (await descendants()).length;
  return { descriptors: (await readdir('/proc/self/fd')).length, processes };
}

/** Starts and ends kernels, some at rest, some in the middle of a cell, some before they are ready. */
export async function cycle(kernels: KernelFactory, times: number): Promise<ReadonlySet<string>> {
  let started = 0;
  const seen = new Set<string>();
  const worker = async (): Promise<void> => {
    while (started < times) {
      started += 1;
      if (started % 10 === 0) await giveUp(kernels);
      else await startAndEnd(kernels, started % 2 === 0);
      if (started % 25 === 0) for (const identity of await descendants()) seen.add(identity);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return seen;
}

async function startAndEnd(kernels: KernelFactory, busy: boolean): Promise<void> {
  const { kernel, run } = await startKernel(kernels, { context: value('x') });
  const running = busy ? run('while True: pass') : null;
  await kernel.dispose();
  expect((await running)?.status ?? 'lost').toBe('lost');
}

async function giveUp(kernels: KernelFactory): Promise<void> {
  const stop = new AbortController();
  const starting = kernels.start({
    context: value('x'),
    handle: () => Promise.reject(new Error('No call was expected.')),
    signal: stop.signal,
  });
  setImmediate(() => stop.abort());
  const kernel = await starting.catch((error: unknown) => {
    expect(error).toMatchObject({ name: 'AbortError' });
    return null;
  });
  // A spare of a pool may be quicker than that.
  await kernel?.dispose();
}

/** Starts and ends kernels so many times, and expects no process, descriptor or temporary file to be left. */
export async function expectNothingLeft(kernels: KernelFactory, times: number): Promise<void> {
  // The first ones load what stays: the event loop's own pipes and watchers among it.
  await cycle(kernels, 2 * atOnce);
  await using folder = await temporaryFolder('cycles');
  const temporary = join(folder.path, 'tmp');
  await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
  try {
    const before = await held();
    // The program that built the kernel, for one.
    const others = new Set(await descendants());
    const seen = await cycle(kernels, times);
    expect(await held()).toEqual(before);
    expect(seen.size).toBeGreaterThan(times / 50);
    // Those that were below a wrapper are nobody's when it has gone, and end a moment later.
    const own = [...seen].filter((identity) => !others.has(identity));
    const left = async () => {
      const there = await Promise.all(own.map(isThere));
      return own.filter((_, index) => there[index]);
    };
    await expect.poll(left).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
  }
}
