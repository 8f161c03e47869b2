import type { LanguageModel } from '../models/languageModel';
import type { KernelFactory, KernelKind } from '../repl/kernel';
import type { PlaceMark } from '../repository/documents/placeMark';
import type { SpooledText } from '../repository/documents/spooledText';
import type { Repository } from '../repository/repository';
import type { RunId, Usage } from '../trajectory/events';
import type { NodeStops } from './nodeStops';
import type { OpenSession } from './openSession';
import type { Continuation } from './pastRun';
import type { Revisions } from './report/reportTemplates';
import type { SavedDocument } from './report/savedDocuments';
import type { RunListener } from './runListener';

/** What a question is about. */
export type Subject =
  | { readonly kind: 'repository'; readonly repository: Repository }
  /** `context` is a `str` for one document, a `list` of them for several. */
  | { readonly kind: 'documents'; readonly documents: readonly SubjectDocument[] };

export interface SubjectDocument {
  /** As citations name it. */
  readonly name: string;
  /** Where it is from: the path of its file, or `-` for what was piped in. Its name where that is not known. */
  readonly place?: string;
  /** A text that is too large for memory is in a file. */
  readonly text: string | SpooledText;
  /** The line of its file that the text begins with; 1 when left out. */
  readonly firstLine?: number;
  /** Where its pages or cells begin, counted in lines of the text. */
  readonly marks?: readonly PlaceMark[];
}

/** Where a run stops. Null is no limit. */
export interface Limits {
  /** Depth of recursion: 1 lets the root ask sub-LMs, 2 lets it start child RLMs, and so on. */
  readonly maxDepth: number;
  readonly maxIterations: number;
  readonly maxSubcalls: number;
  /** Input and output tokens of the whole run. */
  readonly maxTokens: number | null;
  readonly maxCostUsd: number | null;
  /** Wall time of the whole run, in milliseconds. */
  readonly timeoutMs: number;
  /** Time of one cell, in milliseconds, without what it waits for the host. */
  readonly cellTimeoutMs: number;
  /** Model calls in flight at once. */
  readonly concurrency: number;
}

/** Where a run stops that says nothing else. */
export const defaultLimits: Limits = {
  maxDepth: 1,
  maxIterations: 30,
  maxSubcalls: 500,
  maxTokens: null,
  maxCostUsd: 1,
  timeoutMs: 900_000,
  cellTimeoutMs: 120_000,
  concurrency: 16,
};

/** How a report is to be. */
export interface ReportWish {
  /** Name of one of `prompts/reports/`; null for a subject of the question's own. */
  readonly template: string | null;
  /** For a template that is about two revisions. */
  readonly revisions: Revisions | null;
  /** The language that it is written in, by any name that a model knows; "" for that of the question. */
  readonly language: string;
}

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
  readonly onEvent: RunListener['onEvent'];
  readonly signal: AbortSignal;
  /** Through these a person stops single nodes. */
  readonly nodeStops?: NodeStops;
}

/** A citation found in the answer. */
export interface Citation {
  readonly path: string;
  /** 1-based, inclusive. */
  readonly start: number;
  readonly end: number;
  /** True when the file has those lines and they have what is quoted beside the citation. */
  readonly verified: boolean;
}

/** How many files a run saw, from rough to close. */
export interface CoverageCounts {
  /** Files in the repository, as far as a listing was made; 0 when none was. */
  readonly filesTotal: number;
  readonly filesListed: number;
  readonly filesMatched: number;
  readonly filesRead: number;
  readonly filesSentToModels: number;
  /** Left out when there are none. */
  readonly unseenMatches?: UnseenMatches;
}

/** What searches matched and nobody looked at: lines neither read by code nor sent or shown to a model. */
export interface UnseenMatches {
  readonly lines: number;
  readonly files: number;
  /** The first 100 of the files, with at most 20 ranges of lines each. */
  readonly places: readonly {
    readonly path: string;
    readonly lines: readonly (readonly [start: number, end: number])[];
  }[];
}

/** The report of a run. */
export interface ReportResult {
  readonly path: string;
  readonly bytes: number;
  readonly sections: number;
  /** Titles of sections that were reserved and never written. */
  readonly unwritten: readonly string[];
  /** What could not be written, and where it is then; null when all is in the report. */
  readonly problem: string | null;
  /** Why it is not, or not alone, in the file where it was to be; null when it is. */
  readonly left: string | null;
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
  /** True when the model never wrote code and its plain text was taken as the answer. */
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
