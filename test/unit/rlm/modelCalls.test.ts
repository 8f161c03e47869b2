import { describe, expect, it } from 'vitest';
import {
  type CompletionOptions,
  type LanguageModel,
  type Message,
  ModelError,
} from '../../../src/models/languageModel';
import { Scheduler } from '../../../src/models/scheduler';
import { mostInputTokens } from '../../../src/models/tokenCount';
import { Budget } from '../../../src/rlm/budget/budget';
import { LimitReachedError } from '../../../src/rlm/budget/limits';
import { ModelCalls } from '../../../src/rlm/calls/modelCalls';
import { newRunId, RunRecorder } from '../../../src/trajectory/recorder';
import { repetitions } from '../../host/repetitions';
import { seededRandom } from '../../host/seededRandom';

const never = new AbortController().signal;
const price = (input: number, output: number) => input * 3e-6 + output * 15e-6;

/** A provider with known prices that takes its time, fails now and then, and counts what it charges. */
function simulatedProvider(chance: () => number): LanguageModel & { readonly charged: number } {
  let charged = 0;
  return {
    name: 'simulated',
    offline: false,
    contextWindow: null,
    price,
    get charged() {
      return charged;
    },
    async complete(
      messages: readonly Message[],
      { maxOutputTokens = 100_000, onSpent }: CompletionOptions,
    ) {
      for (let turns = chance() * 5; turns > 0; turns--) await Promise.resolve();
      if (chance() < 0.1) throw new ModelError('rate-limit', 'slow down');
      if (chance() < 0.05) throw new ModelError('bad-request', 'refused');
      const inputTokens = Math.ceil(mostInputTokens(messages) * (0.4 + 0.6 * chance()));
      const outputTokens = Math.floor(maxOutputTokens * chance() ** 2);
      const costUsd = price(inputTokens, outputTokens);
      charged += costUsd;
      const usage = { inputTokens, outputTokens, cachedInputTokens: 0, estimated: false, costUsd };
      if (chance() < 0.1) {
        onSpent?.(usage);
        throw new ModelError('server', 'broke off');
      }
      return { text: 'said', usage, finishReason: 'stop' };
    },
  };
}

/** Runs batches of calls until the budget is used up or 40 batches were made. */
async function simulatedRun(
  seed: number,
): Promise<{ limit: number; spent: number; charged: number }> {
  const chance = seededRandom(seed);
  const clock = { now: () => 0, random: chance, sleep: () => Promise.resolve() };
  const limit = 0.01 + chance() * 0.3;
  const budget = new Budget({ maxCostUsd: limit, maxTokens: null, maxSubcalls: 10_000 });
  const scheduler = new Scheduler({ concurrency: 1 + Math.floor(chance() * 16), clock });
  const calls = new ModelCalls(budget, scheduler);
  const provider = simulatedProvider(chance);
  const recorder = new RunRecorder({ run: newRunId(0, chance), sinks: [], now: () => 0 });
  const node = recorder.start({ question: '', model: '', subModel: '', subject: '' });
  const ask = async () => {
    const content = 'x'.repeat(Math.floor(chance() * 20_000));
    const request = {
      model: provider,
      messages: [{ role: 'user', content }],
      depth: 1,
      node,
      outputTokens: 4_000,
    } as const;
    await calls.ask(request, never).catch((error: unknown) => {
      if (!(error instanceof LimitReachedError || error instanceof ModelError)) throw error;
    });
  };
  for (let batch = 0; batch < 8; batch++) {
    await Promise.all(Array.from({ length: 1 + Math.floor(chance() * 24) }, ask));
  }
  return { limit, spent: budget.usage.costUsd ?? 0, charged: provider.charged };
}

describe('model calls under a cost limit', () => {
  it('never spend more than it, in many random runs with delays, failures and batches', async () => {
    const runs = repetitions(1000, 150);
    let used = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const { limit, spent, charged } = await simulatedRun(seed);
      expect(spent, `seed ${seed}`).toBeLessThanOrEqual(limit);
      expect(spent).toBeCloseTo(charged, 9);
      used += spent / limit;
    }
    // The limit is used, not shied away from.
    expect(used / runs).toBeGreaterThan(0.5);
  }, 60_000);
});
