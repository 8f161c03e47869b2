import type { Clock } from '../models/clock';
import type { LanguageModel } from '../models/languageModel';
import type { KernelFactory, KernelKind } from '../repl/kernel';
import type { RunId, Usage } from '../trajectory/events';
import type { Limits } from './budget/limits';
import type { NodeStops } from './budget/nodeStops';
import type { RunTime } from './budget/runTime';
import type { Citation } from './citations/citations';
import type { CoverageCounts } from './coverage/coverage';
import type { Continuation } from './replay/pastRun';
import type { ReportResult } from './report/finishReport';
import type { ReportWish } from './report/reportWish';
import type { SavedDocument } from './report/savedDocuments';
import type { RunListener } from './runListener';
import type { OpenSession } from './sessions/openSession';
import type { Subject } from './subject/subject';

/** A question and all that is needed to answer it; of what happens meanwhile it tells what is listened to. */
export interface RunRequest extends Partial<Omit<RunListener, 'onKernel'>> {
  readonly question: string;
  readonly subject: Subject;
  readonly model: LanguageModel;
  readonly subModel: LanguageModel;
  /** Models that code may name in a sub-call or for a child RLM, besides these two. */
  readonly otherModels?: readonly LanguageModel[];
  readonly kernels: KernelFactory;
  readonly limits: Limits;
  /**
   * `auto`, the default: a question about a small context (under about 4,000 tokens) goes straight to the
   * model, with the text and without a REPL. `never`: always the REPL.
   */
  readonly direct?: 'auto' | 'never';
  /** Folder of Fathom's own prompts, and one whose files replace them one by one. */
  readonly promptFolders: readonly string[];
  /** Folder for the run's trajectory; made when it is missing. */
  readonly logFolder: string;
  /**
   * Folder where replies of sub-LMs are kept for other runs; made when it is missing. Null or left out:
   * none are kept, and none used.
   */
  readonly cacheFolder?: string | null;
  /** Keys in use: they are struck out of the log should they turn up in a text. */
  readonly secrets?: readonly string[];
  /** An earlier run that this one goes on from; see `readPastRun`. The subject should be the same. */
  readonly continues?: Continuation | null;
  /** Keeps kernel and conversation for the next question. The caller disposes it. */
  readonly session?: OpenSession | null;
  /**
   * A report is wanted: the model is told, and a report that nobody wrote gets the answer. Null, the
   * default, is right where only an answer is wanted, or a report without particular wishes.
   */
  readonly report?: ReportWish | null;
  /**
   * A report is wanted there. There may be no text in that file. Null, the default: what code writes goes
   * to `<run>.report.md` beside the log.
   */
  readonly reportFile?: string | null;
  /** Whether a report ends with its sources and the run's coverage; by default when it is wanted. */
  readonly reportAppendix?: boolean;
  /** The run's time limit, where it began to count before: `limits.timeoutMs` says what it is. */
  readonly time?: RunTime;
  /** Time and chance between the attempts of a call; by default the machine's own. */
  readonly clock?: Clock;
  readonly onEvent: RunListener['onEvent'];
  readonly signal: AbortSignal;
  /** Through these a person stops single nodes. */
  readonly nodeStops?: NodeStops;
}

export type RunStatus = 'answered' | 'limit' | 'cancelled' | 'error';

/** What a run came to. With every status there is whatever answer could be had. */
export interface RunResult {
  /** Markdown. */
  readonly answer: string;
  readonly status: RunStatus;
  /** Which limit, or the error's message; null when answered. */
  readonly reason: string | null;
  /**
   * What was at fault when the status is `error`; decides the exit status. `usage`: what was asked for
   * can't be done as asked, for example with that folder of prompts.
   */
  readonly fault: 'model' | 'kernel' | 'usage' | 'bug' | null;
  /** True when the model's plain text was taken as the answer, in place of one that its code submitted. */
  readonly withoutCode: boolean;
  readonly model: string;
  readonly subModel: string;
  /** Null when none could be had. */
  readonly kernel: KernelKind | null;
  readonly iterations: number;
  readonly subcalls: number;
  /** Those that came to something: when a run was stopped, its log has them for whatever goes on from it. */
  readonly subcallsAnswered: number;
  readonly depth: number;
  readonly usage: Usage;
  /** Of the answer, then of the report, each once. */
  readonly citations: readonly Citation[];
  readonly coverage: CoverageCounts;
  /** Null when nothing was written to it. */
  readonly report: ReportResult | null;
  readonly documents: readonly SavedDocument[];
  readonly run: RunId;
  /** Path of the JSONL log; null when it could not be written. */
  readonly trajectory: string | null;
  readonly durationMs: number;
}
