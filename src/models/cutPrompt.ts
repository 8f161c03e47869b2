import type { Endpoint } from './endpoint';
import { type Message, ModelError } from './languageModel';
import type { ServedContext } from './servedContext';
import { mostInputTokens } from './tokenCount';

/** Prompts of fewer tokens are not looked at: no server has so little room. */
export const leastCountedTokens = 1_000;
/** A server that counts this share of what we count may have another tokenizer; less is worth a look. */
const usualShare = 0.85;
/** With less than this share, and a prompt that is longer than the context, no tokenizer explains it. */
const longShare = 0.75;
/** The same where nothing is known of the context. */
const unknownShare = 0.6;
/** Chat formats add a few tokens, and servers keep a few. */
const slack = 8;

/** How long a prompt is by our count, and by the server's. */
export interface PromptCounts {
  /** By our tokenizer; others come to between 0.8 and 1.5 times that for most text and code. */
  readonly counted: number;
  /** The server's `prompt_tokens`. */
  readonly reported: number;
  /** Tokens from a cache, which some servers leave out of `prompt_tokens`. */
  readonly cached: number;
}

/** True when a server counts so little of a prompt that it is worth finding out about its context. */
export function isSuspicious({ counted, reported }: PromptCounts): boolean {
  // Some servers report no input for what they have in their cache.
  return counted >= leastCountedTokens && reported > 0 && reported < usualShare * counted;
}

/**
 * True when a server counts little of a prompt because it leaves out what it had in its cache: with that it
 * comes to the whole, or a prompt as long has been read before.
 * @param mostRead tokens, by our count, of the longest prompt that was read as a whole.
 */
export function isWithoutCache(
  { counted, reported, cached }: PromptCounts,
  mostRead: number,
): boolean {
  return (
    (cached > 0 && reported + cached >= usualShare * counted) || counted * usualShare <= mostRead
  );
}

/**
 * True for a count of input that is too small for a whole prompt, by any tokenizer.
 * @param prompt its tokens by our count, or its messages for a first look, which counts nothing.
 */
export function leavesOutCached(reported: number, prompt: number | readonly Message[]): boolean {
  // Half of the most tokens is what most texts have.
  const counted = typeof prompt === 'number' ? prompt : 0.6 * mostInputTokens(prompt);
  return reported < unknownShare * counted;
}

/**
 * Whether a server answered only a part of a prompt. Ollama cuts a prompt that is longer than the context
 * in two ways: it leaves out the oldest messages until the rest fits, or it keeps the first few tokens and
 * the last, half the context and two (ollama/ollama#17427); LM Studio cuts out its middle. Both answer
 * with status 200, and only `prompt_tokens` tells.
 * @param context how much the server lets the model read; null when it does not say.
 */
export function isCut(counts: PromptCounts, context: number | null): boolean {
  const { counted, reported, cached } = counts;
  if (!isSuspicious(counts)) return false;
  if (context === null) return reported + cached < unknownShare * counted;
  const half = Math.abs(reported - (context / 2 + 2)) <= slack / 2;
  if (half && counted > 0.7 * context) return true;
  // A prompt that fits is whole, whatever is reported of it.
  if (counted < unknownShare * context) return false;
  const full = reported >= context - slack;
  return counted > context ? full || reported < longShare * counted : reported < counted / 2;
}

/** True for a prompt that no tokenizer makes fit into a context. */
export function isSurelyTooLong(counted: number, context: number): boolean {
  return counted * unknownShare > context;
}

/** What a person, and the code that sent the prompt, are told of one that was cut. */
export function cutPromptError(
  model: string,
  { host }: Endpoint,
  { counted, reported }: PromptCounts,
  context: ServedContext | null,
): ModelError {
  const why = context
    ? `, because it is loaded there with a context of ${figure(context.tokens)}`
    : '';
  return new ModelError(
    'context-length',
    `${host} cut the prompt without a word: ${model} read ${figure(reported)} of its about ` +
      `${figure(counted)} tokens${why}. Its reply is not used. ${whatToDo(counted, context)}`,
    { cutSilently: true },
  );
}

/** The same of one that was not sent, because it would be cut. */
export function tooLongPromptError(
  model: string,
  { host }: Endpoint,
  counted: number,
  context: ServedContext,
): ModelError {
  return new ModelError(
    'context-length',
    `The prompt was not sent: it has about ${figure(counted)} tokens, and ${model} is loaded at ${host} ` +
      `with a context of ${figure(context.tokens)}. ${whatToDo(counted, context)}`,
  );
}

function whatToDo(counted: number, context: ServedContext | null): string {
  return `Send less text at a time, or let it read more: ${remedy(counted, context)}.`;
}

function remedy(counted: number, context: ServedContext | null): string {
  const enough = Math.max(32_768, 2 ** Math.ceil(Math.log2(counted * 1.5)));
  switch (context?.server) {
    case 'Ollama':
      return `start Ollama with OLLAMA_CONTEXT_LENGTH=${enough}, or set num_ctx in the model's Modelfile`;
    case 'LM Studio':
      return `load it in LM Studio with a context length of ${enough}`;
    case undefined:
      return `give it a context of ${enough} tokens where it is served (Ollama: OLLAMA_CONTEXT_LENGTH or num_ctx)`;
  }
}

function figure(tokens: number): string {
  return tokens.toLocaleString('en-US');
}
