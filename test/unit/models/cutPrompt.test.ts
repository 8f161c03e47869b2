import { describe, expect, it } from 'vitest';
import { isCut } from '../../../src/models/cutPrompt';
import type { CompletionOptions } from '../../../src/models/languageModel';
import type { ModelServerOptions } from '../../host/modelServer';
import { withModel } from './withModel';

const { signal } = new AbortController();
/** Some 9,000 tokens by our count, in as many words. */
const words = 'one two three four five six seven eight nine ten '.repeat(900);
const long = [{ role: 'user', content: words }] as const;

const loaded = (model: string, context_length: number) => ({
  '/api/ps': { models: [{ name: model, model, context_length }] },
});

/** What comes of a long prompt of which the server says that it had so many tokens. */
async function outcome(
  reported: number,
  server: ModelServerOptions,
): Promise<{
  text: string;
  spent: number;
  contextWindow: number | null;
  paths: readonly string[];
}> {
  let text = '';
  let spent = 0;
  let contextWindow: number | null = null;
  let paths: readonly string[] = [];
  await withModel(
    [{ text: 'made up', usage: { prompt: reported, completion: 3 } }],
    { server },
    async ({ model, server: { url, paths: asked } }) => {
      const options: CompletionOptions = {
        signal,
        onSpent: (usage) => {
          spent += usage.inputTokens;
        },
      };
      text = await model.complete(long, options).then(
        (reply) => reply.text,
        (error: unknown) => String(error).replaceAll(new URL(url).host, 'HOST'),
      );
      contextWindow = model.contextWindow;
      paths = asked;
    },
  );
  return { text, spent, contextWindow, paths };
}

describe('a prompt that a server cuts without a word', () => {
  it('is an error that says what to do, by Ollama', async () => {
    const { text, spent, contextWindow } = await outcome(2_050, {
      pages: loaded('test-model:latest', 4_096),
    });
    expect(text).toBe(
      'ModelError: HOST cut the prompt without a word: test-model read 2,050 of its about 9,005 tokens, because ' +
        'it is loaded there with a context of 4,096. Its reply is not used. Send less text at a time, or let it ' +
        "read more: start Ollama with OLLAMA_CONTEXT_LENGTH=32768, or set num_ctx in the model's Modelfile.",
    );
    // It was read and answered all the same.
    expect(spent).toBe(2_050);
    // Conversations are shortened in time from now on.
    expect(contextWindow).toBe(4_096);
  });

  it('is an error by LM Studio', async () => {
    const { text } = await outcome(4_000, {
      pages: { '/api/v0/models': { data: [{ id: 'test-model', loaded_context_length: 4_096 }] } },
    });
    expect(text).toMatch(
      /context of 4,096.* load it in LM Studio with a context length of 32768\.$/,
    );
  });

  it('is an error by a server that does not say how much it reads', async () => {
    expect((await outcome(2_050, {})).text).toMatch(
      /read 2,050 of its about 9,005 tokens\. .*give it a context of 32768 tokens/,
    );
    expect((await outcome(2_050, { pages: loaded('another', 99_999) })).text).toMatch(
      /cut the prompt/,
    );
  });

  it.each([
    ['that counts what we count', 9_004, {}],
    ['with another tokenizer', 7_000, {}],
    ['that counts only what it has not in its cache', 900, { pages: loaded('test-model', 32_768) }],
    ['that counts nothing', 0, {}],
  ])('is none by a server %s', async (_, reported, server) => {
    expect((await outcome(reported, server)).text).toBe('made up');
  });

  it('is not sent again once it is known how much the model reads, until it reads more', async () => {
    const pages = loaded('test-model', 4_096);
    const cut = { text: 'made up', usage: { prompt: 2_050, completion: 3 } };
    await withModel([cut, 'read'], { server: { pages } }, async ({ model, server }) => {
      const ask = () => model.complete(long, { signal });
      await expect(ask()).rejects.toThrow('cut the prompt');
      await expect(ask()).rejects.toMatchObject({
        kind: 'context-length',
        message: expect.stringMatching(
          /^The prompt was not sent: it has about 9,005 tokens, and test-model is loaded at \S+ with a context of 4,096\. Send less .*LENGTH=32768/,
        ),
      });
      expect(server.requests).toHaveLength(1);
      const [now] = pages['/api/ps'].models;
      if (now) now.context_length = 32_768;
      expect((await ask()).text).toBe('read');
      expect(model.contextWindow).toBe(32_768);
    });
  });

  it.each<[string, readonly { prompt: number; cached?: number }[], boolean]>([
    ['reports it', [{ prompt: 40, cached: 8_950 }], false],
    ['has read as much before', [{ prompt: 9_000 }, { prompt: 40 }, { prompt: 40 }], true],
    ['counts nothing', [{ prompt: 9_000 }, { prompt: 0 }], true],
  ])('is not looked for where a server leaves its cache out and %s', async (_, usages, own) => {
    const script = usages.map((usage) => ({ text: 'ok', usage }));
    await withModel(script, {}, async ({ model }) => {
      const replies = [];
      for (const _usage of usages) replies.push(await model.complete(long, { signal }));
      for (const { text, usage } of replies) {
        expect(text).toBe('ok');
        expect(usage.inputTokens).toBeGreaterThan(8_500);
      }
      // What was not reported is our own count, and said to be.
      expect(replies.at(-1)?.usage.estimated).toBe(own);
    });
  });

  it('is not looked for where the count is right', async () => {
    const { paths } = await outcome(9_000, { pages: loaded('test-model', 4_096) });
    expect(paths).toEqual(['POST /v1/chat/completions']);
  });
});

describe('isCut', () => {
  it.each([
    // [counted, reported, context]
    [7_900, 2_050, 4_096, true],
    [4_300, 2_050, 4_096, true],
    // A tokenizer that needs more tokens than ours.
    [3_100, 2_050, 4_096, true],
    [5_000, 4_096, 4_096, true],
    // The oldest messages are left out until the rest fits.
    [5_500, 3_500, 4_096, true],
    [160_689, 16_387, 32_768, true],
    [160_689, 16_387, null, true],
    [3_900, 3_300, 4_096, false],
    [4_300, 3_600, 4_096, false],
    [2_000, 700, 4_096, false],
    [900, 100, null, false],
    [8_000, 5_200, null, false],
  ])(
    'of %d tokens counted, %d reported and a context of %d is %s',
    (counted, reported, context, is) => {
      expect(isCut({ counted, reported, cached: 0 }, context)).toBe(is);
    },
  );

  it('takes tokens from a cache for read', () => {
    expect(isCut({ counted: 8_000, reported: 1_000, cached: 6_900 }, null)).toBe(false);
  });
});
