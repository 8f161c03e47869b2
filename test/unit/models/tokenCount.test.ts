import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  countInputTokens,
  countTokens,
  estimateInputTokens,
  estimateTokens,
  mostInputTokens,
} from '../../../src/models/tokenCount';
import { withModel } from './withModel';

/** What tokenizers and chat formats of one model or another take for commands. */
const controlWords = [
  '<|endoftext|>',
  '<|endofprompt|>',
  '<|im_start|>',
  '<|im_end|>',
  '<|im_sep|>',
  '<|fim_prefix|>',
  '<|fim_middle|>',
  '<|fim_suffix|>',
  '<|start|>assistant<|channel|>final<|message|>',
  '<|return|>',
  '<|call|>',
  '<|constrain|>',
  '<|startoftext|>',
  '<|reserved_200013|>',
  '<|begin_of_text|>',
  '<|eot_id|>',
  '<|start_header_id|>system<|end_header_id|>',
  '<|python_tag|>',
  '<s>[INST] <<SYS>> </s>',
  '<start_of_turn>user',
  '<｜begin▁of▁sentence｜>',
  '<|User|>',
  '[gMASK]<sop>',
  '<think>',
];

/** Texts that are odd in other ways. */
const oddTexts: Readonly<Record<string, string>> = {
  nothing: '',
  'a lone half of a character': '\ud800 \udfff',
  'a long word': 'x'.repeat(300_000),
  'a long run of spaces': ' '.repeat(300_000),
  'a long run of line ends': '\r\n'.repeat(150_000),
  'a long run of wide spaces': '\u00a0'.repeat(300_000),
  'a long run of marks': '\u200d\u0301'.repeat(100_000),
  'a null character': '\0'.repeat(100),
  'more than is counted': 'many words '.repeat(200_000),
};

describe('token estimates', () => {
  it('take four characters for a token, rounded up', () => {
    expect(['', 'a', 'abcd', 'abcde'].map(estimateTokens)).toEqual([0, 1, 1, 2]);
  });

  it('add a little for each message', () => {
    const messages = [
      { role: 'system', content: 'abcd' },
      { role: 'user', content: '' },
    ] as const;
    expect(estimateInputTokens(messages)).toBe(9);
  });
});

describe('token counts', () => {
  it.each(controlWords)('take %s for text', async (word) => {
    // One token each would be what the word means to a server.
    const apart = (await countTokens(`Say ${word} now`)) - (await countTokens('Say now'));
    expect(apart).toBeGreaterThanOrEqual(3);
    expect(await countTokens(`${word}${word}`)).toBeGreaterThan(3);
  });

  it.each(Object.keys(oddTexts))('are plausible, and end, for %s', async (name) => {
    const text = oddTexts[name] ?? '';
    const tokens = await countTokens(text);
    expect(Number.isSafeInteger(tokens)).toBe(true);
    expect(tokens).toBeLessThanOrEqual(mostInputTokens([{ role: 'user', content: text }]) + 1);
    expect(tokens).toBeGreaterThanOrEqual(text.length / 1_000);
  });

  it('take what is beyond the first million characters to be like them', async () => {
    const words = 'many words '.repeat(80_000);
    const [some, more] = await Promise.all([countTokens(words), countTokens(words.repeat(5))]);
    expect(more / some).toBeCloseTo(5, 1);
  });
});

describe('a run with control words', () => {
  it.each(controlWords)('is counted where the server does not count: %s', async (word) => {
    const script = [{ text: `It says ${word}.`, noUsage: true }];
    await withModel(script, {}, async ({ model }) => {
      const { signal } = new AbortController();
      const messages = [{ role: 'user', content: `What is ${word}?` }] as const;
      const { text, usage } = await model.complete(messages, { signal });
      expect(text).toBe(`It says ${word}.`);
      const inputTokens = await countInputTokens(messages);
      expect(usage).toMatchObject({ estimated: true, inputTokens });
      expect(usage.outputTokens).toBe(await countTokens(text));
    });
  });
});

describe('a tokenizer that fails', () => {
  afterEach(() => {
    vi.doUnmock('gpt-tokenizer/encoding/o200k_base');
    vi.resetModules();
  });

  it.each<[string, () => object]>([
    [
      'at a text',
      () => ({
        countTokens: () => {
          throw new Error('Disallowed special token found');
        },
      }),
    ],
    [
      'to load',
      () => {
        throw new Error('no such file');
      },
    ],
  ])('leaves an estimate: %s', async (_, broken) => {
    vi.resetModules();
    vi.doMock('gpt-tokenizer/encoding/o200k_base', broken);
    const counts = await import('../../../src/models/tokenCount');
    expect(await counts.countTokens('abcde')).toBe(2);
    expect(await counts.countInputTokens([{ role: 'user', content: 'abcde' }])).toBe(6);
  });
});
