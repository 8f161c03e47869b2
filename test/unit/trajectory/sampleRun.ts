import type { NodeId, RunDetails, TrajectoryEvent, Usage } from '../../../src/trajectory/events';
import { newRunId, RunRecorder } from '../../../src/trajectory/recorder';

export const details: RunDetails = {
  question: 'Where are cells executed?',
  model: 'root-model',
  subModel: 'sub-model',
  subject: 'fathom',
};

export const run = newRunId(Date.UTC(2026, 10, 23, 12, 34, 56), () => 0.5);

export function usage(costUsd: number | null, tokens = 10): Usage {
  return {
    inputTokens: tokens,
    outputTokens: 1,
    cachedInputTokens: 2,
    estimated: false,
    costUsd,
  };
}

/** A recorder whose clock ticks once per event and that keeps what it recorded. */
export function record() {
  const events: TrajectoryEvent[] = [];
  let time = 1000;
  const recorder = new RunRecorder({
    run,
    sinks: [(event) => events.push(event)],
    now: () => time++,
  });
  return { recorder, events, root: recorder.start(details) };
}

export function nodeId(id: string): NodeId {
  return id as NodeId;
}
