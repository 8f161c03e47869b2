import { describe, expect, it } from 'vitest';
import { openAiModel } from '../../../src/models/openAiModel';
import { Scheduler } from '../../../src/models/scheduler';
import { failingHalf } from '../../host/failingHalf';
import type { ScriptedReply } from '../../host/modelScript';
import { startModelServer } from '../../host/modelServer';
import { quickClock } from '../../host/quickClock';
import { seededRandom } from '../../host/seededRandom';

const { signal } = new AbortController();

/** Asks 60 prompts, as a batch of a run does. */
async function askSixty(baseUrl: string, concurrency = 16) {
  const clock = quickClock(seededRandom(7));
  const scheduler = new Scheduler({ concurrency, clock });
  const model = openAiModel({ name: 'test-model', apiKey: null, baseUrl });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 60 }, (_, index) =>
      scheduler.run(
        1,
        signal,
        () => model.complete([{ role: 'user', content: `piece ${index}` }], { signal }),
        { asks: model.id ?? '' },
      ),
    ),
  );
  return { outcomes, clock };
}

describe('60 calls', () => {
  it.each([1, 2, 3])(
    'of which half fail all come back, none asked twice (seed %i)',
    async (seed) => {
      const half = failingHalf(({ prompt }) => `about ${prompt}`, seed);
      const server = await startModelServer(half.script);
      try {
        const { outcomes } = await askSixty(server.url);
        const texts = outcomes.map((one) =>
          one.status === 'fulfilled' ? one.value.text : one.reason,
        );
        expect(texts).toEqual(Array.from({ length: 60 }, (_, index) => `about piece ${index}`));
        expect(half.askedAgain).toEqual([]);
        expect(server.requests).toHaveLength(60 + half.failed);
        expect(half.failed).toBeGreaterThan(30);
      } finally {
        await server.close();
      }
    },
  );

  it.each<[string, ScriptedReply, number]>([
    ['closes every connection', { drop: 'before' }, 10],
    ['breaks off every reply', { drop: 'mid-stream' }, 10],
    ['answers 503', { status: 503 }, 10],
    ['sends a web page', { status: 200, body: '<p>', headers: { 'content-type': 'text/html' } }, 3],
  ])('of a server that %s end soon, with the reason', async (_, reply, attempts) => {
    const server = await startModelServer(() => reply, { models: null });
    try {
      const model = openAiModel({ name: 'test-model', apiKey: null, baseUrl: server.url });
      const clock = quickClock();
      const scheduler = new Scheduler({ concurrency: 4, clock });
      const asked = scheduler.run(0, signal, () =>
        model.complete([{ role: 'user', content: 'Hello' }], { signal }),
      );
      await expect(asked).rejects.toMatchObject({ name: 'ModelError' });
      expect(server.requests).toHaveLength(attempts);
      expect(clock.waited).toBeLessThan(30_000);
      const { outcomes } = await askSixty(server.url);
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    } finally {
      await server.close();
    }
  });

  it('of a server that is gone end after three attempts each', async () => {
    const server = await startModelServer([]);
    await server.close();
    const { outcomes, clock } = await askSixty(server.url);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'unreachable' } });
    }
    expect(clock.waited).toBeLessThan(60 * 2_000);
  });

  it('of a server that dies in the middle end, and what came is kept', async () => {
    const server = await startModelServer(({ number }) =>
      number <= 30 ? 'In time.' : { drop: 'before' },
    );
    try {
      const { outcomes } = await askSixty(server.url);
      const came = outcomes.filter(({ status }) => status === 'fulfilled');
      expect(came).toHaveLength(30);
      expect(server.requests.length).toBeLessThanOrEqual(30 + 30 * 20);
    } finally {
      await server.close();
    }
  });
});
