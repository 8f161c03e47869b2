import type { Slots } from '../../models/slots';
import type { KernelFactory } from '../../repl/kernel';
import type { Budget } from '../budget/budget';
import type { LimitFlag, Limits } from '../budget/limits';
import type { NodeStops } from '../budget/nodeStops';
import type { ModelCalls } from '../calls/modelCalls';
import type { ModelChoice } from '../calls/modelChoice';
import type { RootModel } from '../calls/rootCalls';
import type { SubcallReplies } from '../calls/subcallCache';
import type { CitedTexts } from '../citations/citedTexts';
import type { Coverage } from '../coverage/coverage';
import type { Prompts } from '../prompts/prompts';
import type { Report } from '../report/report';
import type { Slot } from './batchSlots';
import type { Cells } from './cells';
import type { Query } from './completion';

/** What all completions of a run share, at every depth. */
export interface RunServices {
  readonly models: ModelChoice;
  readonly kernels: KernelFactory;
  readonly prompts: Prompts;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly calls: Pick<ModelCalls, 'ask' | 'close'>;
  readonly root: RootModel;
  readonly replies: SubcallReplies;
  readonly cells: Cells;
  readonly coverage: Coverage;
  /** What citations are checked against. */
  readonly cited: CitedTexts;
  /** Citations that the root LM was told not to hold, by `doubtKey`. */
  readonly toldDoubts: Set<string>;
  /** Where the long output goes; for a child, its place in that. */
  readonly report: Report;
  readonly limitReached: LimitFlag;
  readonly stops: NodeStops;
  /** Slots for child RLMs of a depth. Each depth has its own, so that parents never wait for slots of children. */
  childSlots(depth: number): Slots;
  /** The recursion: what `rlm_query` calls, one level deeper. */
  child(query: Query, run: RunServices, signal: AbortSignal): Promise<Slot>;
}
