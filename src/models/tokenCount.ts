import type { Message } from './languageModel';

/**
 * Characters per token, roughly: what OpenAI and others give as a rule of thumb for English text. Code
 * comes to 3 to 4. Good enough to show where a provider reports nothing.
 */
const charactersPerToken = 4;

/**
 * Bytes per token, at the least that real text and code come to in current tokenizers: dense digits and
 * base64 have about 2, everything else has more. For reserving what a call can cost at worst.
 */
const leastBytesPerToken = 2;

/** What a chat format adds to each message: its role and the marks around it. */
const tokensPerMessage = 4;

/** An estimate of how many tokens a text has. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** An estimate of how many tokens a conversation has as input. */
export function estimateInputTokens(messages: readonly Message[]): number {
  return sumOver(messages, estimateTokens);
}

/** More tokens than a conversation has as input, without counting them. */
export function mostInputTokens(messages: readonly Message[]): number {
  return sumOver(messages, (text) => Math.ceil(Buffer.byteLength(text) / leastBytesPerToken));
}

/** How many tokens a conversation has as input, as `countTokens` counts them. */
export async function countInputTokens(messages: readonly Message[]): Promise<number> {
  const counts = await Promise.all(messages.map(({ content }) => countTokens(content)));
  return counts.reduce((total, count) => total + count + tokensPerMessage, 0);
}

function sumOver(messages: readonly Message[], count: (text: string) => number): number {
  return messages.reduce((total, { content }) => total + count(content) + tokensPerMessage, 0);
}

/** Of a longer text only so many characters are counted, and the rest is taken to be like them. */
const mostCounted = 1_000_000;

/** What a tokenizer takes for a command when a model's server says it, such as <|endoftext|>, is text here. */
const asText = { disallowedSpecial: new Set<string>() };

/**
 * How many tokens a text has for OpenAI's current models (o200k); others differ by some 20 %. The
 * vocabulary (75 MB of memory) is loaded when the first text is counted. Never rejects: what can't be
 * counted is estimated.
 */
export async function countTokens(text: string): Promise<number> {
  try {
    const { countTokens: count } = await import('gpt-tokenizer/encoding/o200k_base');
    const counted = count(inPieces(text.slice(0, mostCounted)), asText);
    return Math.ceil(counted * Math.max(1, text.length / mostCounted));
  } catch {
    return estimateTokens(text);
  }
}

/**
 * Counting one word, or one run of white space, takes time quadratic in its length: long ones are counted in
 * pieces, and come out a few tokens too many.
 */
function inPieces(text: string): string {
  return text.replace(/\S{200}/g, '$& ').replace(/\s{200}/g, '$&.');
}
