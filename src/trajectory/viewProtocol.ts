import type { BodyPart, NodeId, NodeKind, NodeStatus, RunId, RunLimits, SeenHow } from './events';

/** What the extension and the recursion view say to each other: the one contract of both sides. */

/** One node as the view draws it. Fields that say nothing are left out, as a run may have many nodes. */
export interface ViewNode {
  readonly id: NodeId;
  /** Null for the run itself. */
  readonly parent: NodeId | null;
  readonly kind: NodeKind;
  /** One line, harmless, at most `summaryLength` UTF-16 units. */
  readonly summary: string;
  readonly status: NodeStatus;
  /** Why it did not end well. One line. */
  readonly reason?: string;
  /** Milliseconds since the Unix epoch. */
  readonly started: number;
  readonly ended?: number;
  /** When it got its slot; until then it waited. */
  readonly workingSince?: number;
  /** The last streamed words, while it runs. */
  readonly tail?: string;
  /** For a batch: how many it is of; missing when that is how many are below it. */
  readonly total?: number;
  /** For what may be folded (`folds`): how many nodes are directly below, and how they are. */
  readonly below?: number;
  readonly belowRunning?: number;
  readonly belowOk?: number;
  readonly belowFailed?: number;
  /** Input and output tokens of the node alone, where there is more below it. */
  readonly ownTokens?: number;
  /** Sums over the node and all below it. */
  readonly tokens?: number;
  readonly estimated?: true;
  readonly costUsd?: number;
  /** Some price is unknown: the cost is at least `costUsd`. */
  readonly costUnknown?: true;
  readonly calls?: number;
  readonly running?: number;
  readonly parts?: readonly BodyPart[];
}

/**
 * A `ViewNode` in a third of the room, for messages with thousands of them: id, parent, kind and status
 * as their place in the lists of all, summary, start (ms after the message's `base`), how long it took
 * and how long it waited (in ms; -1 for "not yet" and "never"), tokens, cost, calls, flags, parts as
 * bits, and what few nodes have.
 */
export type PackedNode = readonly [
  id: NodeId,
  parent: NodeId | null,
  kind: number,
  status: number,
  summary: string,
  started: number,
  took: number,
  waited: number,
  tokens: number,
  costUsd: number,
  calls: number,
  flags: number,
  parts: number,
  rest?: PackedRest,
];

type PackedRest = Pick<
  ViewNode,
  | 'reason'
  | 'tail'
  | 'total'
  | 'below'
  | 'belowRunning'
  | 'belowOk'
  | 'belowFailed'
  | 'ownTokens'
  | 'running'
>;

/**
 * What is below a batch or a child run is only sent when the view asks for it: a batch is one row until
 * it is opened, and may be of thousands.
 */
export function folds(kind: NodeKind): boolean {
  return kind === 'batch' || kind === 'child';
}

/** The most nodes of a run that a view is sent; what is beyond is in the log. */
export const mostNodes = 200_000;
/** The most characters of a summary or reason, and of the streamed words, that a view is sent. */
export const summaryLength = 240;
export const shownTailLength = 120;

/** What a view knows of a run before its nodes. */
export interface ViewRun {
  readonly id: RunId;
  readonly question: string;
  readonly model: string;
  readonly subModel: string;
  readonly subject: string;
  readonly limits: RunLimits | null;
  /** False for a run that was read from its log. */
  readonly live: boolean;
}

/** What is counted over all nodes of a run, sent or not. */
export interface RunSums {
  readonly nodes: number;
  /** Of the root. */
  readonly turns: number;
  /** Sub-calls and child runs, as the limit on them counts. */
  readonly subcalls: number;
  /** 1 for a sub-call of the root. */
  readonly depth: number;
}

/** A past or present run, for the list of them. */
export interface HistoryEntry {
  readonly id: RunId;
  readonly question: string;
  readonly model: string;
  readonly subject: string;
  /** Milliseconds since the Unix epoch. */
  readonly started: number;
  readonly durationMs: number;
  readonly status: NodeStatus;
  readonly reason: string | null;
  readonly costUsd: number;
  readonly costUnknown: boolean;
  readonly tokens: number;
  readonly calls: number;
}

/** A folder or file of the coverage, as a row. */
export interface CoverageRow {
  /** Relative, with slashes; folders end in one. */
  readonly path: string;
  /** How many files are in it at each step or a closer one; a file counts as one. */
  readonly counts: Readonly<Record<SeenHow, number>>;
  /** For a file: the lines that were seen most closely, at most 50 ranges. 1-based, inclusive. */
  readonly ranges?: readonly (readonly [number, number])[];
}

/** What a question would be put to, and about what. */
export interface Setup {
  /** For people: `gpt-5 + gpt-5-mini`, `offline model`, or null when none is chosen. */
  readonly model: string | null;
  readonly folders: readonly string[];
}

/** What a snapshot and a delta have in common. */
interface NodesMessage {
  readonly seq: number;
  /** New or changed nodes; parents before their children, siblings in order of starting. */
  readonly nodes: readonly PackedNode[];
  /** What the times in `nodes` count from, in ms since the Unix epoch. */
  readonly base: number;
  /** More of what the view has asked for is still to come. */
  readonly more: boolean;
  readonly sums: RunSums;
  /** Milliseconds since the Unix epoch on the extension's clock. */
  readonly now: number;
}

/** From the extension to the view. */
export type HostMessage =
  /** Drops what the view had. `run` is null when there is nothing to show yet. */
  | (NodesMessage & { readonly type: 'snapshot'; readonly run: ViewRun | null })
  | (NodesMessage & { readonly type: 'delta'; readonly live: boolean })
  | {
      readonly type: 'body';
      readonly node: NodeId;
      readonly part: BodyPart;
      /** At most `bodyLength` UTF-16 units of it; null when the log can't be read. */
      readonly text: string | null;
      readonly totalLength: number;
    }
  | { readonly type: 'history'; readonly runs: readonly HistoryEntry[] }
  | {
      readonly type: 'coverage';
      readonly folder: string;
      readonly rows: readonly CoverageRow[];
      /** Rows left out because there are too many. */
      readonly omitted: number;
    }
  | { readonly type: 'setup'; readonly setup: Setup }
  /** A command asked for a part of the view. */
  | { readonly type: 'show'; readonly page: Page };

/** The most of a body that is sent to the view; "Open in editor" has all of it. */
export const bodyLength = 200_000;
/** The most rows of one folder that the coverage shows. */
export const coverageRows = 500;

/** The most of a view's state that is kept, in UTF-16 units. */
export const stateLength = 100_000;

/** What fills the view: a run, the list of runs, or the box to ask. */
export type Page = 'run' | 'history' | 'ask';

/** From the view to the extension. */
export type ViewMessage =
  /** The first message of every page load: what the restored state was showing, and what was open in it. */
  | { readonly type: 'ready'; readonly run: RunId | null; readonly opened: readonly NodeId[] }
  /** What the page would know of itself when it is loaded again: text that the extension keeps as it is. */
  | { readonly type: 'state'; readonly state: string }
  /** The message of that number was taken in: the next one may come. */
  | { readonly type: 'ack'; readonly seq: number }
  /** Wants what is below a node that folds, and the way to it; with null, all nodes. */
  | { readonly type: 'load'; readonly node: NodeId | null }
  | { readonly type: 'body'; readonly node: NodeId; readonly part: BodyPart }
  /** That text of each of the nodes, one after the other: a turn may have several cells. */
  | { readonly type: 'open-body'; readonly nodes: readonly NodeId[]; readonly part: BodyPart }
  | { readonly type: 'copy-body'; readonly nodes: readonly NodeId[]; readonly part: BodyPart }
  /** Stops the run, or one child or batch of it. */
  | { readonly type: 'stop'; readonly node: NodeId | null }
  | { readonly type: 'ask'; readonly question: string }
  /** Asks the question of that node once more. */
  | { readonly type: 'ask-again'; readonly node: NodeId }
  | { readonly type: 'history' }
  | { readonly type: 'open-run'; readonly run: RunId }
  | { readonly type: 'delete-run'; readonly run: RunId }
  | { readonly type: 'export-run'; readonly run: RunId }
  | { readonly type: 'rerun'; readonly run: RunId }
  /** Does a run to its end that was interrupted or cancelled. */
  | { readonly type: 'resume-run'; readonly run: RunId }
  | { readonly type: 'coverage'; readonly folder: string }
  | {
      readonly type: 'open-file';
      readonly path: string;
      readonly start: number;
      readonly end: number;
    }
  | { readonly type: 'select-model' };
