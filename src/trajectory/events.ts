/** The events of a run: one stream, from `rlm/` to the terminal, the log and the views. */

declare const brand: unique symbol;
/** Identifies one run. Sorts by start time. */
export type RunId = string & { readonly [brand]: 'RunId' };
/** Whether a text can be the name of a run, and so of files. */
export function isRunName(text: string): boolean {
  return /^[\w-]{1,100}$/.test(text);
}

/** Identifies one node of a run's tree; unique within the run. */
export type NodeId = string & { readonly [brand]: 'NodeId' };

/**
 * What a node of the tree is:
 * `run` the root RLM; `child` an RLM started by `rlm_query`; `iteration` one turn of an RLM;
 * `model-call` the root LM speaking in a turn; `cell` code running in the kernel; `host-call` a request
 * of that code (grep, read, ...); `batch` concurrent sub-calls; `subcall` one sub-LM call; `report` a
 * write to the report; `answer` the submitted answer.
 */
export const nodeKinds = [
  'run',
  'child',
  'iteration',
  'model-call',
  'cell',
  'host-call',
  'batch',
  'subcall',
  'report',
  'answer',
] as const;
export type NodeKind = (typeof nodeKinds)[number];

/** How a node ended. `stopped` means by a limit, `cancelled` by a person. */
export const nodeOutcomes = ['ok', 'error', 'stopped', 'cancelled'] as const;
export type NodeOutcome = (typeof nodeOutcomes)[number];

/** Where a node is in its life: still running, or how it ended. */
export const nodeStatuses = ['running', ...nodeOutcomes] as const;
export type NodeStatus = (typeof nodeStatuses)[number];

/**
 * The longer texts of a node. They are in the log, and views fetch them by node id.
 * `coverage` belongs to the run: which files and lines it saw, as JSON.
 */
export const bodyParts = [
  'question',
  'prompt',
  'response',
  'code',
  'output',
  'answer',
  'coverage',
  'thinking',
] as const;
export type BodyPart = (typeof bodyParts)[number];

/** Tokens and money of one or more model calls. */
export interface Usage {
  /** All input tokens, cached ones included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The part of `inputTokens` that the provider read from its cache. */
  readonly cachedInputTokens: number;
  /** True when the provider did not report usage and these are our own counts. */
  readonly estimated: boolean;
  /** In US dollars; null, never 0, when the price is unknown. */
  readonly costUsd: number | null;
}

interface EventBase {
  readonly run: RunId;
  readonly node: NodeId;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** What is known about a run when it starts. */
export interface RunDetails {
  readonly question: string;
  readonly model: string;
  readonly subModel: string;
  /** What the question is about, in words for people. */
  readonly subject: string;
  /** Missing in logs of versions that did not write it. */
  readonly limits?: RunLimits;
}

/** The limits of a run that views show. Null means no limit. */
export interface RunLimits {
  readonly maxDepth: number;
  readonly maxIterations: number;
  readonly maxSubcalls: number;
  readonly maxTokens: number | null;
  readonly maxCostUsd: number | null;
  readonly timeoutMs: number;
}

/** How closely a file was looked at, from rough to close. */
export const seenHows = ['listed', 'matched', 'read', 'sent'] as const;
export type SeenHow = (typeof seenHows)[number];

/** A file of which a node saw something. */
export interface SeenFile {
  readonly path: string;
  readonly how: SeenHow;
  /** The lines that matched or were read, where known: 1-based and inclusive. */
  readonly start?: number;
  readonly end?: number;
}

export interface RunStarted extends EventBase, RunDetails {
  readonly type: 'run-started';
}

export interface NodeStarted extends EventBase {
  readonly type: 'node-started';
  readonly parent: NodeId;
  readonly kind: Exclude<NodeKind, 'run'>;
  /** One line, in words a person would say. */
  readonly summary: string;
}

export interface NodeProgress extends EventBase {
  readonly type: 'node-progress';
  /** Streamed text since the last progress event. */
  readonly text?: string;
  /** A better summary than the first. */
  readonly summary?: string;
  /** For a batch: slots done of `total`. */
  readonly done?: number;
  readonly total?: number;
  /** When the node got its slot after waiting, in ms since the Unix epoch. */
  readonly workingSince?: number;
  /** Files and lines seen since the last progress event, more closely than before. */
  readonly files?: readonly SeenFile[];
  /**
   * Cost since the last progress event of calls of this node that failed or were stopped. May come after the
   * node's end.
   */
  readonly spent?: Usage;
}

export interface NodeEnded extends EventBase {
  readonly type: 'node-ended';
  readonly outcome: NodeOutcome;
  readonly summary?: string;
  /** Why, when the outcome is not `ok`. One line. */
  readonly reason?: string;
  /** Usage of this node alone, without its descendants and without `spent`. */
  readonly usage?: Usage;
}

interface NodeBody extends EventBase {
  readonly type: 'body';
  readonly part: BodyPart;
  readonly text: string;
}

export type TrajectoryEvent = RunStarted | NodeStarted | NodeProgress | NodeEnded | NodeBody;

/** Receives the events of a run, in order. Must not throw and must not wait. */
export type EventSink = (event: TrajectoryEvent) => void;
