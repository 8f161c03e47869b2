import type { EngineOutcome } from '../../../contract/engineContract';
import type { QuestionAttempt } from '../../running/questionAttempt';
import type { RunFollower } from '../../running/runFollower';
import { choicesFrom } from '../choices/reportChoices';
import { deliverReport, tellNotDelivered } from './deliverReport';

/**
 * Puts the report of a run where it was to go. One that was broken off, or is not whole, stays in its document:
 * it replaces nothing, and is put after nothing.
 */
export function reportDelivery({ report: wish }: QuestionAttempt): RunFollower {
  const { target } = choicesFrom({ target: wish?.target });
  return { onShown: (outcome) => deliver(outcome, target) };
}

async function deliver(
  outcome: EngineOutcome,
  target: ReturnType<typeof choicesFrom>['target'],
): Promise<void> {
  if (!target || target.kind === 'document' || outcome.kind !== 'finished') return;
  const { status, report } = outcome.result;
  if (!report || (status !== 'answered' && status !== 'limit')) return;
  if (report.problem === null) await deliverReport({ kind: 'file', path: report.path }, target);
  else tellNotDelivered(target);
}
