import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/models/clock';
import { ModelError, type ModelErrorKind } from '../../../src/models/languageModel';
import { Scheduler } from '../../../src/models/scheduler';

const never = new AbortController().signal;

/** Lets every promise that can settle do so. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A clock whose time passes when the test says so. */
function scriptedClock(): Clock & {
  readonly slept: number[];
  readonly time: number;
  step(): Promise<void>;
  run(): Promise<void>;
} {
  let time = 0;
  const sleepers: { until: number; wake: () => void }[] = [];
  const slept: number[] = [];
  const step = async () => {
    sleepers.sort((a, b) => a.until - b.until);
    const next = sleepers.shift();
    if (next) {
      time = Math.max(time, next.until);
      next.wake();
    }
    for (let i = 0; i < 5; i++) await settled();
  };
  return {
    slept,
    get time() {
      return time;
    },
    now: () => time,
    random: () => 0.5,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        slept.push(ms);
        const sleeper = { until: time + ms, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    step,
    run: async () => {
      await settled();
      while (sleepers.length > 0) await step();
    },
  };
}

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
    const scheduler = new Scheduler({ concurrency: 2 });
    const { task, started, finish } = tasks();
    const results = ['a', 'b', 'c', 'd'].map((name) => scheduler.run(1, never, task(name)));
    await settled();
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
    const scheduler = new Scheduler({ concurrency: 1 });
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
    await settled();
    const expected = ['first', 'deep 1', 'deep 2', 'sub 1', 'sub 2', 'root'];
    for (const name of expected) await finish(name);
    expect(started).toEqual(expected);
    await Promise.all(all);
  });

  it('never runs more than its concurrency, whoever comes in between', async () => {
    const scheduler = new Scheduler({ concurrency: 3 });
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
    const scheduler = new Scheduler({ concurrency: 1 });
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
    const scheduler = new Scheduler({ concurrency: 1 });
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
    const scheduler = new Scheduler({ concurrency: 1 });
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
    const scheduler = new Scheduler({ concurrency: 1 });
    const reason = new Error('Stop');
    const { task, started } = tasks();
    await expect(scheduler.run(0, AbortSignal.abort(reason), task('a'))).rejects.toBe(reason);
    expect(started).toEqual([]);
  });

  it('gives the slot back when a task fails or throws at once', async () => {
    const scheduler = new Scheduler({ concurrency: 1 });
    const { task, fail } = tasks();
    const failing = scheduler.run(0, never, task('failing'));
    const next = scheduler.run(0, never, () => Promise.resolve('next'));
    await settled();
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
    const scheduler = new Scheduler({ concurrency: 1 });
    const { signal } = new AbortController();
    await Promise.all([1, 2, 3].map(() => scheduler.run(0, signal, settled)));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('tries again what may pass, after growing waits with jitter, without holding a slot', async () => {
    const clock = scriptedClock();
    const scheduler = new Scheduler({ concurrency: 1, clock });
    let calls = 0;
    const flaky = scheduler.run(0, never, async () => {
      calls += 1;
      if (calls < 4) throw new ModelError('server', 'busy');
      return 'done';
    });
    await settled();
    expect(await scheduler.run(0, never, () => Promise.resolve('beside'))).toBe('beside');
    await clock.run();
    expect(await flaky).toBe('done');
    expect(clock.slept).toEqual([375, 750, 1500]);
  });

  it('waits as long as the provider asks, and starts nothing else meanwhile', async () => {
    const clock = scriptedClock();
    const scheduler = new Scheduler({ concurrency: 4, clock });
    const limited = [new ModelError('rate-limit', 'slow down', { retryAfterMs: 7000 })];
    const first = scheduler.run(0, never, async () => {
      const error = limited.pop();
      if (error) throw error;
      return 'first';
    });
    await settled();
    let started = false;
    const second = scheduler.run(0, never, async () => {
      started = true;
    });
    await settled();
    expect(started).toBe(false);
    await clock.run();
    expect(await first).toBe('first');
    await second;
    expect(clock.time).toBeGreaterThanOrEqual(7000);
  });

  it.each([
    ['rate-limit', 10],
    ['server', 10],
    ['unreachable', 3],
    ['malformed', 3],
    ['authentication', 1],
    ['context-length', 1],
    ['bad-request', 1],
    ['oversized', 1],
  ] as const)('gives up on %s after %i attempts', async (kind, attempts) => {
    const clock = scriptedClock();
    const scheduler = new Scheduler({ concurrency: 1, clock });
    let calls = 0;
    const failing = scheduler.run(0, never, async () => {
      calls += 1;
      throw new ModelError(kind, 'no');
    });
    await Promise.all([expect(failing).rejects.toThrow('no'), clock.run()]);
    expect(calls).toBe(attempts);
  });

  /** One call that fails, and one of another that goes well between its attempts. */
  async function amongOthers(kind: ModelErrorKind, most: number, asked: string, other: string) {
    const clock = scriptedClock();
    const scheduler = new Scheduler({ concurrency: 4, clock });
    let calls = 0;
    const call = async () => {
      calls += 1;
      if (calls <= most) throw new ModelError(kind, 'no');
      return 'at last';
    };
    const others: Promise<void>[] = [];
    const onRetry = () => {
      others.push(scheduler.run(0, never, () => Promise.resolve(), { asks: other }));
    };
    const outcome = scheduler.run(0, never, call, { asks: asked, onRetry }).catch(() => 'gave up');
    await clock.run();
    await Promise.all(others);
    return { outcome: await outcome, calls, time: clock.time };
  }

  it.each([
    ['rate-limit', 19],
    ['server', 19],
    ['unreachable', 19],
    ['malformed', 5],
  ] as const)('has patience with %s while others get through: %i failures', async (kind, most) => {
    expect(await amongOthers(kind, most, 'model', 'model')).toMatchObject({ outcome: 'at last' });
    // A prompt that breaks whatever reads it is not tried for ever.
    const broken = await amongOthers(kind, Number.POSITIVE_INFINITY, 'model', 'model');
    expect(broken).toMatchObject({ outcome: 'gave up', calls: most + 1 });
  });

  it('has none with a dead server because another one lives', async () => {
    const dead = await amongOthers('unreachable', Number.POSITIVE_INFINITY, 'dead', 'alive');
    expect(dead).toMatchObject({ outcome: 'gave up', calls: 3 });
    const broken = await amongOthers('server', Number.POSITIVE_INFINITY, 'dead', 'alive');
    expect(broken).toMatchObject({ outcome: 'gave up', calls: 10 });
    expect(broken.time).toBeLessThan(30_000);
  });

  it.each([3_600_000, 99_999_999_999_000, Number.POSITIVE_INFINITY])(
    'does not wait for a provider that wants to be left alone for %s ms, and nobody else does',
    async (retryAfterMs) => {
      const clock = scriptedClock();
      const scheduler = new Scheduler({ concurrency: 2, clock });
      let calls = 0;
      const failing = scheduler.run(0, never, async () => {
        calls += 1;
        throw new ModelError('rate-limit', 'come back tomorrow', { retryAfterMs });
      });
      await expect(failing).rejects.toThrow('come back tomorrow');
      expect(await scheduler.run(0, never, () => Promise.resolve('another model'))).toBe(
        'another model',
      );
      expect(calls).toBe(1);
      expect(clock.slept).toEqual([]);
    },
  );

  it('does less at once while the provider is overloaded, and recovers', async () => {
    const clock = scriptedClock();
    const scheduler = new Scheduler({ concurrency: 16, clock });
    let overloaded = true;
    let running = 0;
    let most = 0;
    const call = async () => {
      running += 1;
      most = Math.max(most, running);
      await settled();
      running -= 1;
      if (overloaded) throw new ModelError('rate-limit', 'slow down');
    };
    const all = Array.from({ length: 32 }, () => scheduler.run(1, never, call));
    for (let round = 0; round < 8; round++) {
      await settled();
      await settled();
      await clock.step();
    }
    expect(scheduler.room).toBeLessThan(8);
    overloaded = false;
    await clock.run();
    await Promise.all(all);
    for (let i = 0; i < 300; i++) await scheduler.run(1, never, () => Promise.resolve());
    expect(scheduler.room).toBe(16);
    expect(most).toBe(16);
  });

  it('stops waiting to try again when the signal aborts', async () => {
    const scheduler = new Scheduler({ concurrency: 1 });
    const controller = new AbortController();
    const failing = scheduler.run(0, controller.signal, async () => {
      throw new ModelError('rate-limit', 'slow down', { retryAfterMs: 60_000 });
    });
    await settled();
    controller.abort(new Error('stop'));
    await expect(failing).rejects.toThrow('stop');
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a concurrency of %s', (concurrency) => {
    expect(() => new Scheduler({ concurrency })).toThrow(RangeError);
  });
});
