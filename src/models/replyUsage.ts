import type { Usage } from '../trajectory/events';
import type { ModelFacts } from './catalogue';
import { leastCountedTokens, leavesOutCached } from './cutPrompt';
import type { Message } from './languageModel';
import type { ReplyReader } from './modelApi';
import { isPossibleInput, isPossibleOutput, type ReportedTokens } from './reportedTokens';
import { countInputTokens, countTokens } from './tokenCount';

/** What was sent, and what came of it. */
export interface Billed {
  readonly messages: readonly Message[];
  readonly reply: Pick<ReplyReader, 'written' | 'tokens'>;
  /** The most that the model may write, in tokens. */
  readonly maxOutputTokens: number | undefined;
  /** True for a server that says in US dollars what a call costs. What others call a cost may be anything. */
  readonly isBilledInDollars?: boolean;
  /** Tokens that the server turned out to have read. */
  readonly input?: number | undefined;
}

/**
 * What a reply used and costs: as the server reported it, where that can be; else counted: of a reply that
 * broke off, up to there. Where the server does not say what of a prompt came from its cache, and that has a
 * price of its own, the cost is that without a cache: an estimate, and never too low.
 */
export async function replyUsage(
  {
    messages,
    reply: { written, tokens },
    maxOutputTokens = Number.POSITIVE_INFINITY,
    ...rest
  }: Billed,
  { cost }: ModelFacts,
): Promise<Usage> {
  const input = rest.input ?? (await wholeInput(messages, tokens));
  const isInput = isPossibleInput(input, messages);
  const output = tokens?.output ?? null;
  const isOutput = output !== null && isPossibleOutput(output, written);
  const inputTokens = isInput ? input : await countInputTokens(messages);
  const cached = isInput ? Math.min(tokens?.cachedInput ?? 0, inputTokens) : 0;
  const cacheWrites = isInput ? Math.min(tokens?.cacheWrites ?? 0, inputTokens - cached) : 0;
  const usage = {
    inputTokens,
    outputTokens: isOutput ? output : Math.min(await countTokens(written), maxOutputTokens),
    cachedInputTokens: cached,
  };
  const billed = rest.isBilledInDollars ? (tokens?.cost ?? null) : null;
  const costUsd = billed ?? cost({ ...usage, cacheWriteTokens: cacheWrites });
  const maybeCached =
    billed === null && tokens?.cachedInput == null && inputTokens >= leastCachedTokens;
  const costsLess = maybeCached && cost({ ...usage, cachedInputTokens: inputTokens }) !== costUsd;
  const estimated = !isInput || !isOutput || input !== tokens?.input || costsLess;
  return { ...usage, estimated, costUsd };
}

/** No provider has shorter prompts in its cache, in tokens. */
const leastCachedTokens = 1_024;

/** All of the input, also where a server reports only what was not in its cache, and not how much was. */
async function wholeInput(
  messages: readonly Message[],
  tokens: ReportedTokens | null,
): Promise<number> {
  if (tokens === null) return 0;
  const { input, cachedInput } = tokens;
  if (cachedInput !== null || input === 0 || !leavesOutCached(input, messages)) return input;
  const counted = await countInputTokens(messages);
  return counted >= leastCountedTokens && leavesOutCached(input, counted) ? counted : input;
}
