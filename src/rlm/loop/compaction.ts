import { isTooLong, type Message } from '../../models/languageModel';
import type { RootCall } from '../calls/rootCalls';
import type { RunServices } from '../completion/services';
import type { Repl } from './repl';
import { intention } from './reply/intention';
import { parseReply } from './reply/parseReply';

/** So much of the newest output is kept when the model could not be asked to sum up, in characters. */
const keptOutput = 4_000;

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
  await startOver(call, summary ?? stepsIn(said, run), repl, run);
}

/** The same where the conversation is too long even to ask for a summary: what can be told without. */
export async function compactWithoutModel(
  call: RootCall,
  repl: Repl,
  run: RunServices,
): Promise<void> {
  await startOver(call, stepsIn(call.conversation.messages(), run), repl, run);
}

/** Null when the request is too long by now, or the reply has not a word. */
async function summaryBy(
  call: RootCall,
  run: RunServices,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { text } = await run.root.ask({ ...call, why: 'compaction' }, signal);
    return text.trim() === '' ? null : text;
  } catch (error) {
    if (!isTooLong(error) || signal.aborted) throw error;
    return null;
  }
}

/** What the root LM did so far, and what it was shown last. */
function stepsIn(messages: readonly Message[], { prompts }: RunServices): string {
  const steps = messages
    .filter(({ role }) => role === 'assistant')
    .map(({ content }) => {
      const code = parseReply(content).parts.find((part) => part.kind === 'code');
      return `- ${intention(code?.prose ?? content, code?.code ?? '')}`;
    });
  const newest = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const shown = newest.length > keptOutput ? `${newest.slice(0, keptOutput)}\n[...]` : newest;
  return prompts.fill('steps-taken', { steps: steps.join('\n'), shown });
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
