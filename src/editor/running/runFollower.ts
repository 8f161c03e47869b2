import type { EngineOutcome } from '../../contract/engineContract';
import type { RunResult } from '../../rlm/request';
import type { RunListener } from '../../rlm/runListener';
import type { QuestionAttempt } from './questionAttempt';

/** How a run has ended. */
export interface RunEnd {
  /** Null when it did not come to one. */
  readonly result: RunResult | null;
  /**
   * `done`: it was answered, or came to a limit. `left`: nobody wanted it to end: the window was closed, or the
   * engine was killed. `ended`: it was cancelled, or failed.
   */
  readonly how: 'done' | 'ended' | 'left';
}

/** Something that follows a run: told what happens in it, and how it ended. */
export interface RunFollower extends Partial<RunListener> {
  /** Nothing more happens. The answer is shown once all followers have dealt with that. */
  readonly onEnd?: (end: RunEnd) => void | Promise<void>;
  /** The answer is shown. */
  readonly onShown?: (outcome: EngineOutcome) => Promise<void>;
}

/** Begins to follow a run. */
export type FollowRun = (attempt: QuestionAttempt) => RunFollower;
