import { describe, expect, it } from 'vitest';
import { isContextOverflow } from '../../../src/models/contextOverflow';

/** Wordings of servers, with the status that they come with. */
const overflows: readonly (readonly [status: number | null, said: string])[] = [
  [
    400,
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
  ],
  [
    400,
    'Your input exceeds the context window of this model. Please adjust your input and try again.',
  ],
  [400, 'prompt is too long: 210000 tokens > 200000 maximum'],
  [400, 'input length and `max_tokens` exceed context limit: 198000 + 8192 > 200000'],
  [400, 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).'],
  [400, 'prompt token count of 90000 exceeds the limit of 64000'],
  [400, "This model's maximum prompt length is 131072 but the request contains 200000 tokens."],
  [400, 'Input is too long for requested model.'],
  [400, 'too many tokens: total number of tokens in the prompt cannot exceed 4081'],
  [400, 'Input token length exceeded'],
  [500, 'the input length exceeds the context length'],
  [
    400,
    'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
  ],
  [400, 'Please reduce the length of the messages or completion.'],
  [400, 'The decoder prompt (length 9000) is longer than the maximum model length of 8192.'],
  [400, "The input (9000 tokens) is longer than the model's context length (8192 tokens)."],
  [500, 'the request exceeds the available context size (4096 tokens), try increasing it'],
  [400, 'The number of tokens to keep from the initial prompt is greater than the context length.'],
  [
    400,
    'Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens',
  ],
  [400, 'prompt too long; exceeded max context length by 900 tokens'],
  [422, 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000'],
  [422, 'Input validation error: `inputs` must have less than 1024 tokens. Given: 2000'],
  [400, 'Invalid request: Your request exceeded model token limit: 8192'],
  [400, 'Prompt exceeds max length'],
  [400, 'Range of input length should be [1, 30720]'],
  [400, 'Please reduce the length of the messages. Current length is 9000 while limit is 8192'],
  [null, "This endpoint's maximum context length is 32768 tokens."],
  [503, 'context window exceeds limit (2013)'],
  [413, ''],
];

const others: readonly (readonly [status: number | null, said: string])[] = [
  [400, 'messages: too few'],
  [400, 'max_tokens is too large: 9000. This model supports at most 4096 completion tokens.'],
  [429, 'Too many tokens per minute. Please reduce the length of the messages.'],
  [429, 'Rate limit reached: 30000 tokens per min. The input token count exceeds what is left.'],
  [500, 'Internal error'],
  [404, 'The model does not exist'],
  [400, "Unsupported parameter: 'context'"],
  [401, 'Incorrect API key provided'],
  [null, 'Overloaded'],
];

describe('a request that is too long', () => {
  it.each(overflows)('is known by its words: %s %s', (status, said) => {
    expect(isContextOverflow('', said, status)).toBe(true);
  });

  it.each(others)('is not what is said otherwise: %s %s', (status, said) => {
    expect(isContextOverflow('', said, status)).toBe(false);
  });

  it.each([
    'context_length_exceeded',
    'exceed_context_size_error',
    'model_max_prompt_tokens_exceeded',
    'string_above_max_length',
  ])('is known by its code: %s', (code) => {
    expect(isContextOverflow(code, 'No.', 400)).toBe(true);
  });

  it('is not looked for at length in what a hostile server says', () => {
    expect(isContextOverflow('', 'token count exceed context '.repeat(40_000), 400)).toBe(false);
  });
});
