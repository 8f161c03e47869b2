import type { ModelReply } from '../../models/languageModel';
import { recordOf } from '../../trajectory/recording';
import { askedKey } from '../calls/recordKeys';
import type { RootCall, RootModel } from '../calls/rootCalls';
import { beginPastTurn, type PastNode, pastNodeOf } from './pastNodes';
import { recordedPrompt } from './pastTurns';

/** The root LM, told the same as in an earlier run. Its replies come through its model calls. */
export function rootFromLog(live: RootModel): RootModel {
  return {
    begin: (completion, why, summary) =>
      beginPastTurn(completion, why, summary) ?? live.begin(completion, why, summary),
    isNearlyFull: (call) => {
      // As it was then, even if another model is asked now.
      const said = recordOfNext(pastNodeOf(call.iteration));
      return said ? said.why === 'compaction' : live.isNearlyFull(call);
    },
    ask: (call, signal) => askAgain(live, call, signal),
  };
}

function askAgain(live: RootModel, call: RootCall, signal: AbortSignal): Promise<ModelReply> {
  const { conversation, iteration, why } = call;
  const past = pastNodeOf(iteration);
  if (!past) return live.ask(call, signal);
  // The run may have got further, or be at another limit: then the request differs.
  if (why === 'last' && !isSame(past, call)) {
    return live.ask({ ...call, iteration: past.live }, signal);
  }
  // A new prompt might differ, because the repository or Fathom's prompts have changed.
  const before = nextCall(past);
  const prompt = before && recordedPrompt(before);
  if (prompt) conversation.rewrite(prompt.from, prompt.messages);
  return live.ask(call, signal);
}

function isSame(past: PastNode, { model, conversation }: RootCall): boolean {
  const call = nextCall(past);
  const reply = call && recordOf(call, 'reply');
  const asked = conversation.messages().at(-1)?.content ?? '';
  return reply?.key === askedKey(model, asked);
}

function recordOfNext(past: PastNode | null) {
  const call = past && nextCall(past);
  return call ? recordOf(call, 'said') : null;
}

function nextCall({ rest }: PastNode) {
  return rest.find(({ kind }) => kind === 'model-call');
}
