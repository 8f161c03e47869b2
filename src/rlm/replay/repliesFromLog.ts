import { ModelError } from '../../models/languageModel';
import type { Budget } from '../budget/budget';
import { askedKey } from '../calls/recordKeys';
import type { SubcallReplies } from '../calls/subcallCache';
import { cellLogOf } from './pastNodes';
import { recordedReply } from './pastTurns';

/** Sub-calls that get the reply of an earlier run, or its failure; what it cost counts as spent. */
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
