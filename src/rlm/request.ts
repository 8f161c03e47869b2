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

/** A question with everything needed to answer it, and a listener to the run. */
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
   * `auto`, the default: a question about a small context (under about 4,000 tokens) goes to the model directly, with
   * the text and without a REPL. `never`: always the REPL.
   */
  readonly direct?: 'auto' | 'never';
  /** The folder of Fathom's own prompts, and perhaps one whose files replace them one by one. */
  readonly promptFolders: readonly string[];
  /** Folder for the run's trajectory; made if missing. */
  readonly logFolder: string;
  /**
   * Folder where replies of sub-LMs are kept for other runs; made if missing. By default, or with null, none are kept
   * or used.
   */
  readonly cacheFolder?: string | null;
  /** Keys in use, which are redacted in the log. */
  readonly secrets?: readonly string[];
  /** An earlier run to continue; see `readPastRun`. The subject should be the same. */
  readonly continues?: Continuation | null;
  /** Keeps kernel and conversation for the next question. The caller disposes it. */
  readonly session?: OpenSession | null;
  /**
   * A wish for a report: the model is told, and an unwritten report gets the answer. Null, the default, for an answer
   * only, or a report without particular wishes.
   */
  readonly report?: ReportWish | null;
  /**
   * The file of a wanted report, which must not have text. Null, the default: reports go to `<run>.report.md` beside
   * the log.
   */
  readonly reportFile?: string | null;
  /** Whether a report ends with its sources and the run's coverage; by default, if a report is wanted. */
  readonly reportAppendix?: boolean;
  /** The run's time limit, if it has started already; it must be that of `limits.timeoutMs`. */
  readonly time?: RunTime;
  /** Time and chance between the attempts of a call; by default the machine's own. */
  readonly clock?: Clock;
  readonly onEvent: RunListener['onEvent'];
  readonly signal: AbortSignal;
  /** Lets a person stop single nodes. */
  readonly nodeStops?: NodeStops;
}

export type RunStatus = 'answered' | 'limit' | 'cancelled' | 'error';

/** The result of a run. With every status it has the best answer so far. */
export interface RunResult {
  /** Markdown. */
  readonly answer: string;
  readonly status: RunStatus;
  /** Which limit, or the error's message; null when answered. */
  readonly reason: string | null;
  /**
   * What was at fault when the status is `error`; decides the exit status. `usage`: the request can't be done, for
   * example with that folder of prompts.
   */
  readonly fault: 'model' | 'kernel' | 'usage' | 'bug' | null;
  /** True when the model's plain text was taken as the answer, in place of one that its code submitted. */
  readonly withoutCode: boolean;
  readonly model: string;
  readonly subModel: string;
  /** Null when none could be started. */
  readonly kernel: KernelKind | null;
  readonly iterations: number;
  readonly subcalls: number;
  /** Sub-calls with an answer. After a stop, the log has these for a run that continues this one. */
  readonly subcallsAnswered: number;
  readonly depth: number;
  readonly usage: Usage;
  /** Those of the answer, then of the report, each once. */
  readonly citations: readonly Citation[];
  readonly coverage: CoverageCounts;
  /** Null when nothing was written to a report. */
  readonly report: ReportResult | null;
  readonly documents: readonly SavedDocument[];
  readonly run: RunId;
  /** Path of the JSONL log; null when it could not be written. */
  readonly trajectory: string | null;
  readonly durationMs: number;
}
