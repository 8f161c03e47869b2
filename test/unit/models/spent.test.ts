import { describe, expect, it } from 'vitest';
import type { Usage } from '../../../src/trajectory/events';
import type { ScriptedReply } from '../../host/modelScript';
import { apiError } from '../../host/modelScript';
import { withModel } from './withModel';

const messages = [{ role: 'user', content: 'Count from one to ten.' }] as const;

/** What a call is said to have cost that fails, or is stopped as soon as a text has come. */
async function spentBy(
  reply: ScriptedReply,
  stopAt: string | null = null,
): Promise<readonly Usage[]> {
  const spent: Usage[] = [];
  const stop = new AbortController();
  let heard = '';
  await withModel([reply], {}, async ({ model }) => {
    const options = {
      signal: stop.signal,
      maxOutputTokens: 40,
      onText: (text: string) => {
        heard += text;
        if (stopAt !== null && heard.endsWith(stopAt)) stop.abort(new Error('Stopped'));
      },
      onSpent: (usage: Usage) => spent.push(usage),
    };
    await expect(model.complete(messages, options)).rejects.toThrow();
  });
  return spent;
}

describe('a call that comes to nothing', () => {
  const counted = { inputTokens: 10, cachedInputTokens: 0, estimated: true, costUsd: null };

  it('is counted up to where the server broke off', async () => {
    const spent = await spentBy({ drop: 'mid-stream', text: 'one two three' });
    expect(spent).toEqual([{ ...counted, outputTokens: 3 }]);
  });

  it('is counted up to where it was stopped', async () => {
    const spent = await spentBy({ stall: true, after: 'one two three four' }, 'four');
    expect(spent).toEqual([{ ...counted, outputTokens: 4 }]);
  });

  it('is counted with the reasoning that was shown', async () => {
    const reply = { text: 'x', reasoning: 'hm hm hm', chunks: ['one', ' two'], chunkDelayMs: 50 };
    expect(await spentBy(reply, 'one')).toEqual([{ ...counted, outputTokens: expect.any(Number) }]);
    const [usage] = await spentBy(reply, 'one');
    expect(usage?.outputTokens).toBeGreaterThan(3);
  });

  it('never comes to more output than was allowed', async () => {
    const [usage] = await spentBy({ drop: 'mid-stream', text: 'a b c d '.repeat(100) });
    expect(usage?.outputTokens).toBe(40);
  });

  it.each<[string, ScriptedReply]>([
    ['refused', apiError(400, 'No')],
    ['failed', { status: 503 }],
    ['closed the connection on', { drop: 'before' }],
    [
      'answered a web page to',
      { status: 200, body: '<p>', headers: { 'content-type': 'text/html' } },
    ],
    [
      'streamed an error to',
      {
        status: 200,
        headers: { 'content-type': 'text/event-stream' },
        body: 'data: {"error":{"message":"no"}}\n\n',
      },
    ],
  ])('costs nothing when the server %s it', async (_, reply) => {
    expect(await spentBy(reply)).toEqual([]);
  });
});
