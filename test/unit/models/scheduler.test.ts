import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Scheduler } from '../../../src/models/scheduler';

const never = new AbortController().signal;

/** Lets every promise that can settle do so. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A task that starts, is seen, and ends when told to. */
function tasks() {
  const started: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  return {
    started,
    task: (name: string) => async () => {
      const gate = Promise.withResolvers<void>();
      gates.set(name, gate);
      started.push(name);
      await gate.promise;
      return name;
    },
    finish: async (name: string) => {
      gates.get(name)?.resolve();
      await settled();
    },
    fail: async (name: string, error: Error) => {
      gates.get(name)?.reject(error);
      await settled();
    },
  };
}

describe('Scheduler', () => {
  it('runs up to its concurrency at once, in order of arrival', async () => {
    const scheduler = new Scheduler(2);
    const { task, started, finish } = tasks();
    const results = ['a', 'b', 'c', 'd'].map((name) => scheduler.run(1, never, task(name)));
    expect(started).toEqual(['a', 'b']);
    expect([scheduler.running, scheduler.waiting]).toEqual([2, 2]);
    await finish('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await finish('a');
    await finish('c');
    await finish('d');
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
    expect([scheduler.running, scheduler.waiting]).toEqual([0, 0]);
  });

  it('gives a free slot to the deepest call, and to the oldest among equals', async () => {
    const scheduler = new Scheduler(1);
    const { task, started, finish } = tasks();
    const order: [string, number][] = [
      ['first', 0],
      ['root', 0],
      ['sub 1', 1],
      ['deep 1', 2],
      ['sub 2', 1],
      ['deep 2', 2],
    ];
    const all = order.map(([name, depth]) => scheduler.run(depth, never, task(name)));
    const expected = ['first', 'deep 1', 'deep 2', 'sub 1', 'sub 2', 'root'];
    for (const name of expected) await finish(name);
    expect(started).toEqual(expected);
    await Promise.all(all);
  });

  it('never runs more than its concurrency, whoever comes in between', async () => {
    const scheduler = new Scheduler(3);
    let running = 0;
    let most = 0;
    const task = async () => {
      running += 1;
      most = Math.max(most, running);
      await settled();
      running -= 1;
    };
    const all: Promise<void>[] = [];
    for (let i = 0; i < 50; i += 1) {
      all.push(
        scheduler.run(i % 4, never, task).then(() => scheduler.run((i + 1) % 4, never, task)),
      );
    }
    await Promise.all(all);
    expect(most).toBe(3);
    expect([scheduler.running, scheduler.waiting]).toEqual([0, 0]);
  });

  it('does not deadlock with one slot when tasks start deeper ones between their own', async () => {
    const scheduler = new Scheduler(1);
    const completion = async (depth: number): Promise<number> => {
      await scheduler.run(depth, never, settled);
      if (depth === 3) return 1;
      const counts = await Promise.all([completion(depth + 1), completion(depth + 1)]);
      await scheduler.run(depth, never, settled);
      return counts.reduce((sum, count) => sum + count, 1);
    };
    expect(await completion(0)).toBe(15);
  });

  it('takes a waiting call out of the queue when its signal aborts', async () => {
    const scheduler = new Scheduler(1);
    const { task, started, finish } = tasks();
    const abort = new AbortController();
    const first = scheduler.run(0, never, task('first'));
    const dropped = scheduler.run(1, abort.signal, task('dropped'));
    const last = scheduler.run(1, never, task('last'));
    const reason = new Error('Stop');
    abort.abort(reason);
    await expect(dropped).rejects.toBe(reason);
    expect(scheduler.waiting).toBe(1);
    await finish('first');
    await finish('last');
    await Promise.all([first, last]);
    expect(started).toEqual(['first', 'last']);
    expect(scheduler.running).toBe(0);
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  it('does not start a call whose signal aborts just as its slot comes free', async () => {
    const scheduler = new Scheduler(1);
    const abort = new AbortController();
    const { task, started } = tasks();
    const first = scheduler.run(0, never, async () => {
      await settled();
      // The slot is handed over in the same turn of the event loop as the abort.
      queueMicrotask(() => queueMicrotask(() => abort.abort(new Error('Stop'))));
    });
    const second = scheduler.run(0, abort.signal, task('second'));
    await first;
    await expect(second).rejects.toThrow('Stop');
    expect(started).toEqual([]);
    expect(scheduler.running).toBe(0);
    expect(await scheduler.run(0, never, () => Promise.resolve('free'))).toBe('free');
  });

  it('rejects at once when the signal is already aborted', async () => {
    const scheduler = new Scheduler(1);
    const reason = new Error('Stop');
    const { task, started } = tasks();
    await expect(scheduler.run(0, AbortSignal.abort(reason), task('a'))).rejects.toBe(reason);
    expect(started).toEqual([]);
  });

  it('gives the slot back when a task fails or throws at once', async () => {
    const scheduler = new Scheduler(1);
    const { task, fail } = tasks();
    const failing = scheduler.run(0, never, task('failing'));
    const next = scheduler.run(0, never, () => Promise.resolve('next'));
    await Promise.all([
      expect(failing).rejects.toThrow('broken'),
      fail('failing', new Error('broken')),
    ]);
    expect(await next).toBe('next');
    const thrown = scheduler.run(0, never, () => {
      throw new Error('thrown');
    });
    await expect(thrown).rejects.toThrow('thrown');
    expect(scheduler.running).toBe(0);
  });

  it('leaves no listener on the signal of calls that waited', async () => {
    const scheduler = new Scheduler(1);
    const { signal } = new AbortController();
    await Promise.all([1, 2, 3].map(() => scheduler.run(0, signal, settled)));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a concurrency of %s', (concurrency) => {
    expect(() => new Scheduler(concurrency)).toThrow(RangeError);
  });
});
