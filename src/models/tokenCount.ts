import type { Message } from './languageModel';

/**
 * Characters per token, roughly: what OpenAI and others give as a rule of thumb for English text. Code
 * comes to 3 to 4. Good enough to show and to budget with where a provider reports nothing.
 */
const charactersPerToken = 4;

/** What a chat format adds to each message: its role and the marks around it. */
const tokensPerMessage = 4;

/** An estimate of how many tokens a text has. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** An estimate of how many tokens a conversation has as input. */
export function estimateInputTokens(messages: readonly Message[]): number {
  return messages.reduce(
    (total, { content }) => total + estimateTokens(content) + tokensPerMessage,
    0,
  );
}
