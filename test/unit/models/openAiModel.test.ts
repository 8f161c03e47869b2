import { describe, expect, it } from 'vitest';
import { withModel } from './withModel';

const hello = [{ role: 'user', content: 'Hello there' }] as const;
const { signal } = new AbortController();

describe('a model behind an OpenAI-compatible server', () => {
  it('streams the text and reports the usage of the last chunk', async () => {
    const script = [
      {
        text: 'Good day',
        chunks: ['Good', ' day'],
        usage: { prompt: 100, completion: 7, cached: 64, reasoning: 5 },
      },
    ];
    await withModel(script, {}, async ({ model, server }) => {
      const deltas: string[] = [];
      const reply = await model.complete(hello, { signal, onText: (text) => deltas.push(text) });
      expect(deltas).toEqual(['Good', ' day']);
      expect(reply).toEqual({
        text: 'Good day',
        finishReason: 'stop',
        usage: {
          inputTokens: 100,
          outputTokens: 7,
          cachedInputTokens: 64,
          estimated: false,
          costUsd: null,
        },
      });
      const { body } = server.requests[0] ?? {};
      expect(body).toEqual({
        model: 'test-model',
        messages: [{ role: 'user', content: 'Hello there' }],
        stream: true,
        stream_options: { include_usage: true },
      });
    });
  });
});
