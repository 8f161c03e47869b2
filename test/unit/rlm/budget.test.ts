import { describe, expect, it } from 'vitest';
import { Budget, type CallNeed } from '../../../src/rlm/budget/budget';
import { LimitReachedError } from '../../../src/rlm/budget/limits';
import type { Usage } from '../../../src/trajectory/events';
import { seededRandom } from '../../host/seededRandom';

const never = new AbortController().signal;
const inPrice = 2e-6;
const outPrice = 8e-6;
const cost = (input: number, output: number) => input * inPrice + output * outPrice;
const limits = { maxTokens: null, maxCostUsd: 1, maxSubcalls: 500 };

function need(
  inputTokens: number,
  outputTokens: number,
  leastOutputTokens = outputTokens,
): CallNeed {
  return { inputTokens, outputTokens, leastOutputTokens, cost };
}

function used(inputTokens: number, outputTokens: number): Usage {
  const costUsd = cost(inputTokens, outputTokens);
  return { inputTokens, outputTokens, cachedInputTokens: 0, estimated: false, costUsd };
}

describe('Budget', () => {
  it('lets a call that does not fit beside another wait for it', async () => {
    const budget = new Budget({ ...limits, maxTokens: 100 });
    const first = await budget.reserve(need(10, 50), never);
    let granted = false;
    const second = budget.reserve(need(10, 50), never).then((reservation) => {
      granted = true;
      return reservation;
    });
    await Promise.resolve();
    expect(granted).toBe(false);
    first.settle(used(10, 5));
    expect((await second).outputTokens).toBe(50);
  });

  it('allows less output where that is all that is left', async () => {
    const budget = new Budget({ ...limits, maxTokens: 100 });
    expect((await budget.reserve(need(10, 500, 20), never)).outputTokens).toBe(90);
    const byCost = new Budget({ ...limits, maxCostUsd: 0.001 });
    const outputTokens = (await byCost.reserve(need(100, 4000, 20), never)).outputTokens ?? 0;
    expect(cost(100, outputTokens)).toBeLessThanOrEqual(0.001);
    expect(cost(100, outputTokens + 1)).toBeGreaterThan(0.001);
  });

  it.each([
    ['tokens', { ...limits, maxTokens: 40 }],
    ['cost', { ...limits, maxCostUsd: 0.00001 }],
  ])('says that %s are used up', async (limit, given) => {
    const failure = new Budget(given).reserve(need(50, 10), never);
    await expect(failure).rejects.toBeInstanceOf(LimitReachedError);
    await expect(failure).rejects.toMatchObject({ limit });
  });

  it('keeps what the last request needs', async () => {
    const budget = new Budget({ ...limits, maxTokens: 100 });
    budget.keepForLast(need(30, 20));
    await expect(budget.reserve(need(30, 30), never)).rejects.toMatchObject({ limit: 'tokens' });
    const last = await budget.reserve({ ...need(30, 30), last: true }, never);
    expect(last.outputTokens).toBe(30);
  });

  it('counts nothing for a call that was released, and each call once', async () => {
    const budget = new Budget(limits);
    const released = await budget.reserve(need(10, 10), never);
    released.release();
    released.settle(used(10, 10));
    expect(budget.usage).toMatchObject({ inputTokens: 0, costUsd: null });
    const settled = await budget.reserve(need(10, 10), never);
    settled.settle(used(10, 3));
    settled.settle(used(10, 3));
    expect(budget.usage).toEqual(used(10, 3));
  });

  it('leaves the queue when the signal aborts', async () => {
    const budget = new Budget({ ...limits, maxTokens: 100 });
    const controller = new AbortController();
    await budget.reserve(need(10, 80), never);
    const waiting = budget.reserve(need(10, 80), controller.signal);
    controller.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
  });

  it.each([
    [0.0004, '$0.0004:'],
    [0.01, '$0.01:'],
    [1, '$1.00:'],
  ])('names a cost limit of %f as it is', async (maxCostUsd, shown) => {
    const budget = new Budget({ ...limits, maxCostUsd });
    await expect(budget.reserve(need(1_000_000, 1_000_000), never)).rejects.toThrow(shown);
  });

  it('counts sub-calls all or none', () => {
    const budget = new Budget({ ...limits, maxSubcalls: 3 });
    budget.admitSubcalls(2);
    expect(() => budget.admitSubcalls(2)).toThrow(/2 were made and 2 more were asked for/);
    budget.admitSubcalls(1);
    expect(budget.subcalls).toBe(3);
  });

  it('never settles more than the limit, in 1,000 random runs with parallel calls and failures', async () => {
    for (let seed = 1; seed <= 1000; seed++) {
      const chance = seededRandom(seed);
      const maxCostUsd = chance() * 0.05;
      const maxTokens = chance() < 0.5 ? null : Math.floor(chance() * 20_000);
      const budget = new Budget({ ...limits, maxCostUsd, maxTokens });
      budget.keepForLast(need(100, 200));
      const call = async (): Promise<void> => {
        const input = Math.floor(chance() * 3000);
        const asked = need(input, 1 + Math.floor(chance() * 2000), 1);
        try {
          const reservation = await budget.reserve(asked, never);
          // A provider that answers after some turns of the event loop, or fails.
          for (let turns = chance() * 4; turns > 0; turns--) await Promise.resolve();
          if (chance() < 0.2) reservation.release();
          else
            reservation.settle(
              used(input, Math.floor(chance() * ((reservation.outputTokens ?? 0) + 1))),
            );
        } catch (error) {
          if (!(error instanceof LimitReachedError)) throw error;
        }
      };
      for (let batch = 0; batch < 4; batch++) {
        await Promise.all(Array.from({ length: 1 + Math.floor(chance() * 16) }, call));
      }
      const { costUsd, inputTokens, outputTokens } = budget.usage;
      expect(costUsd ?? 0, `seed ${seed}`).toBeLessThanOrEqual(maxCostUsd + 1e-12);
      expect(inputTokens + outputTokens).toBeLessThanOrEqual(maxTokens ?? Number.POSITIVE_INFINITY);
    }
  });
});
