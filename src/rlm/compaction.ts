import { isTooLong, type Message, ModelError } from '../models/languageModel';
import type { NodeHandle } from '../trajectory/recorder';
import { recordsOf } from '../trajectory/recording';
import { askRoot, type RootCall } from './askRoot';
import { intention, nextFence } from './fences';
import type { Repl } from './repl';
import type { RunServices } from './services';

/** How full the root's window may get before the conversation is shortened (official code). */
const fullShare = 0.85;
/** So much of the newest output is kept when the model could not be asked to sum up, in characters. */
const keptOutput = 4_000;

/**
 * How a turn that an earlier run began had room made for it: the same is done when it is replayed, also
 * where another model is asked now. Null when the turn is new, or was not asked anything.
 */
export function recordedRoom({
  recorded,
}: NodeHandle): { readonly summedUp: boolean; readonly tooLong: boolean } | null {
  const calls = recorded?.children.flatMap((node) => recordsOf(node, 'said')) ?? [];
  if (calls.length === 0) return null;
  // Only a request that was too long was followed by another one.
  const requests = calls.filter(({ why }) => why === 'turn');
  return { summedUp: calls[0]?.why === 'compaction', tooLong: requests.length > 1 };
}

/** Draws the request that was too long in the earlier run, without sending it. */
export function replayTooLong(iteration: NodeHandle): ModelError {
  const call = iteration.child('model-call', 'too long');
  const reason = call.recorded?.reason ?? 'The conversation was too long.';
  call.end('error', { reason });
  return new ModelError('context-length', reason);
}

/** True when the root's next request would come close to what it can read at once. */
export function isNearlyFull({ conversation, model }: RootCall): boolean {
  const { contextWindow } = model;
  return contextWindow !== null && conversation.tokens > fullShare * contextWindow;
}

/**
 * Shortens the conversation to the question and a summary by the root LM; without that where it has none
 * to give. All that was said is in the REPL variable `history` from then on.
 */
export async function compact(
  call: RootCall,
  repl: Repl,
  run: RunServices,
  signal: AbortSignal,
): Promise<void> {
  const { conversation } = call;
  const said = conversation.messages();
  conversation.tell(run.prompts.fill('compaction'));
  const summary = await summaryBy(call, run, signal);
  await startOver(call, summary ?? stepsIn(said), repl, run);
}

/** The same where the conversation is too long even to ask for a summary: what can be told without. */
export async function compactWithoutModel(
  call: RootCall,
  repl: Repl,
  run: RunServices,
): Promise<void> {
  await startOver(call, stepsIn(call.conversation.messages()), repl, run);
}

/** Null when the request is too long by now, or the reply has not a word. */
async function summaryBy(
  call: RootCall,
  run: RunServices,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { text } = await askRoot({ ...call, why: 'compaction' }, run, signal);
    return text.trim() === '' ? null : text;
  } catch (error) {
    if (!isTooLong(error) || signal.aborted) throw error;
    return null;
  }
}

/** What the root LM did so far, and what it was shown last. */
function stepsIn(messages: readonly Message[]): string {
  const steps = messages
    .filter(({ role }) => role === 'assistant')
    .map(({ content }) => {
      const fence = nextFence(content);
      return `- ${intention(fence?.prose ?? content, fence?.candidates[0]?.code ?? '')}`;
    });
  const newest = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const shown = newest.length > keptOutput ? `${newest.slice(0, keptOutput)}\n[...]` : newest;
  return `These steps were taken:\n${steps.join('\n')}\n\nThe last thing shown was:\n${shown}`;
}

async function startOver(
  { conversation }: RootCall,
  summary: string,
  repl: Repl,
  { prompts }: RunServices,
): Promise<void> {
  await repl.setHistory(conversation.history());
  conversation.startOver(prompts.fill('compacted', { summary }));
}
