import { describe, expect, it } from 'vitest';
import { estimateInputTokens, estimateTokens } from '../../../src/models/tokenCount';

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
