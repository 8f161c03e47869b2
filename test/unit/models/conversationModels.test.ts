import { describe, expect, it } from 'vitest';
import { conversationModels } from '../../../src/models/conversationModels';

describe('conversationModels', () => {
  it('leaves out what makes no conversation, and sorts', () => {
    expect(
      conversationModels(['gpt-5-mini', 'text-embedding-3-large', 'gpt-5', 'whisper-1', 'gpt-5']),
    ).toEqual(['gpt-5', 'gpt-5-mini']);
  });

  it('shows everything when nothing else is there', () => {
    expect(conversationModels(['my-embedder'])).toEqual(['my-embedder']);
  });
});
