import { describe, expect, it } from 'vitest';
import { chatModelName, parseChatModelName } from '../../../src/question/chatModelName';

describe('the name of a model of VS Code', () => {
  it('has its vendor and its id, which may have slashes', () => {
    const model = { vendor: 'copilot', id: 'openai/gpt-5' };
    expect(chatModelName(model)).toBe('vscode:copilot/openai/gpt-5');
    expect(parseChatModelName('vscode:copilot/openai/gpt-5')).toEqual(model);
  });

  it('is none when a model of the endpoint is meant', () => {
    expect(parseChatModelName('gpt-5')).toBeNull();
    expect(parseChatModelName('anthropic/claude')).toBeNull();
  });
});
