import { ModelError } from '../../models/languageModel';
import type { Budget } from '../budget/budget';
import { keyOf, type ModelCalls, recordReply } from '../calls/modelCalls';
import { askedKey } from '../calls/recordKeys';
import type { SubcallReplies } from '../calls/subcallCache';
import { cellLogOf, pastNodeOf } from './pastNodes';
import { recordedReply } from './pastTurns';

type Calls = Pick<ModelCalls, 'ask' | 'close'>;

/** Model calls that take their replies from the log of an earlier run, if it has them. These count as spent. */
export function callsFromLog(live: Calls, budget: Budget): Calls {
  return {
    ask: async (request, signal) => {
      const { node } = request;
      const past = pastNodeOf(node);
      if (!past) return live.ask(request, signal);
      const { spent, reason } = past.recorded;
      if (spent) {
        budget.countSpent(spent);
        node.spent(spent);
      }
      const known = recordedReply(past.recorded);
      if (known) {
        budget.countSpent(known.usage);
        recordReply(node, keyOf(request), known);
        return known;
      }
      // Another request in the same turn follows only one that was too long.
      if (past.isFollowed) throw new ModelError('context-length', reason ?? tooLong);
      return live.ask(request, signal);
    },
    close: () => live.close(),
  };
}

const tooLong = 'The conversation was too long.';

/** Sub-calls that get the reply of an earlier run, or its failure. Its cost counts as spent. */
export function repliesFromLog(live: SubcallReplies, budget: Budget): SubcallReplies {
  return {
    reply: async (asked, ask, signal) => {
      const { model, prompt, node } = asked;
      const before = cellLogOf(node)?.asked(askedKey(model, prompt)) ?? null;
      if (!before) return live.reply(asked, ask, signal);
      if (before.spent) {
        budget.countSpent(before.spent);
        node.spent(before.spent);
      }
      const reply = recordedReply(before);
      if (!reply) {
        const reason = before.reason ?? 'The call was cancelled.';
        node.end(before.outcome ?? 'error', { reason });
        throw new ModelError('malformed', reason);
      }
      live.remember(asked, reply);
      budget.countSpent(reply.usage);
      return { reply, fromMemory: true };
    },
    remember: (asked, reply) => live.remember(asked, reply),
    close: () => live.close(),
  };
}

/** Model calls for code that is only run again: nothing new is asked. */
export const noCalls: Calls = {
  ask: ({ node }) => {
    const message = 'This call was not made when the code ran first.';
    node.end('error', { reason: message });
    return Promise.reject(new ModelError('bad-request', message));
  },
  close: () => Promise.resolve(),
};
