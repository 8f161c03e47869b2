import type { EngineOutcome } from '../../contract/engineContract';
import type { RunResult } from '../../rlm/request';
import type { RunListener } from '../../rlm/runListener';
import type { QuestionAttempt } from './questionAttempt';

/** How a run ended. */
export interface RunEnd {
  /** Null when there is none. */
  readonly result: RunResult | null;
  /**
   * `done`: it was answered, or reached a limit. `left`: the window was closed, or the engine was killed. `ended`:
   * it was cancelled, or failed.
   */
  readonly how: 'done' | 'ended' | 'left';
}

/** A listener to a run that also learns how it ended. */
export interface RunFollower extends Partial<RunListener> {
  /** Called when the run has ended. The answer is shown once all followers are done with that. */
  readonly onEnd?: (end: RunEnd) => void | Promise<void>;
  /** Called when the answer is shown. */
  readonly onShown?: (outcome: EngineOutcome) => Promise<void>;
}

/** Begins to follow a run. */
export type FollowRun = (attempt: QuestionAttempt) => RunFollower;
