import { ModelError } from '../models/languageModel';
import { Budget } from './budget';
import { LimitFlag } from './limits';
import { recordedReply } from './replay';
import type { RunServices } from './services';

const nothingIsLimited = {
  maxTokens: null,
  maxCostUsd: null,
  maxSubcalls: Number.POSITIVE_INFINITY,
};

/** Services for code that is run again: nothing is asked, spent or counted that was not before. */
export function servicesForReplay(run: RunServices): RunServices {
  return {
    ...run,
    budget: new Budget(nothingIsLimited),
    calls: {
      ask: ({ node }) => {
        const known = recordedReply(node.recorded);
        if (known) return Promise.resolve(known);
        const message = 'This call was not made when the code ran first.';
        node.end('error', { reason: message });
        return Promise.reject(new ModelError('bad-request', message));
      },
      close: () => Promise.resolve(),
    },
    limitReached: new LimitFlag(),
  };
}
