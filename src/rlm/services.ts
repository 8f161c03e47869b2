import type { Slots } from '../models/slots';
import type { KernelFactory } from '../repl/kernel';
import type { Budget } from './budget';
import type { CitedTexts } from './citations/citedTexts';
import type { Completion, Query } from './completion';
import type { Coverage } from './coverage';
import type { LimitFlag, Limits } from './limits';
import type { ModelCalls } from './modelCalls';
import type { ModelChoice } from './modelChoice';
import type { NodeStops } from './nodeStops';
import type { Prompts } from './prompts';
import type { Report } from './report/report';
import type { SubcallCache } from './subcallCache';

/** What all completions of one run share, at every depth. */
export interface RunServices {
  readonly models: ModelChoice;
  readonly kernels: KernelFactory;
  readonly prompts: Prompts;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly calls: Pick<ModelCalls, 'ask' | 'close'>;
  readonly cache: SubcallCache;
  readonly coverage: Coverage;
  /** What citations are checked against. */
  readonly cited: CitedTexts;
  /** Where the long output goes; for a child, its place in that. */
  readonly report: Report;
  readonly limitReached: LimitFlag;
  readonly stops: NodeStops;
  /** Room for child RLMs of a depth: each depth has its own, so that parents never wait for children's. */
  childSlots(depth: number): Slots;
  /** The recursion: what `rlm_query` calls, one level deeper. */
  complete(query: Query, run: RunServices, signal: AbortSignal): Promise<Completion>;
}
