import type { BodyPart, NodeId, NodeKind, NodeStatus, RunId, RunLimits, SeenHow } from './events';

/** The messages between the extension and the recursion view. */

/** A node as the view draws it. Fields without information are left out, as a run may have many nodes. */
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
  /** When it got its slot after waiting. */
  readonly workingSince?: number;
  /** The last streamed words, while it runs. */
  readonly tail?: string;
  /** For a batch: its number of sub-calls; missing when all of them are below it. */
  readonly total?: number;
  /** For nodes that fold: how many nodes are directly below, in all and by status. */
  readonly below?: number;
  readonly belowRunning?: number;
  readonly belowOk?: number;
  readonly belowFailed?: number;
  /** Input and output tokens of the node alone, if those below it have more. */
  readonly ownTokens?: number;
  /** Sums over the node and all below it. */
  readonly tokens?: number;
  readonly estimated?: true;
  readonly costUsd?: number;
  /** A price is unknown, so the cost is at least `costUsd`. */
  readonly costUnknown?: true;
  readonly calls?: number;
  readonly running?: number;
  readonly parts?: readonly BodyPart[];
}

/**
 * A `ViewNode` in a third of the space, for messages with thousands of them: id, parent, kind and status as
 * indexes into their lists, summary, start (ms after the message's `base`), how long it took and how long it
 * waited (in ms; -1 for "not yet" and "never"), tokens, cost, calls, flags, parts as bits, and rare fields.
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
 * Whether nodes below are sent only on request: a batch is one row until it is opened, and may have thousands
 * of sub-calls.
 */
export function folds(kind: NodeKind): boolean {
  return kind === 'batch' || kind === 'child';
}

/** The most nodes of a run that a view is sent; the log has all of them. */
export const mostNodes = 200_000;
/** The most UTF-16 units of a summary or reason, and of streamed text, that a view is sent. */
export const summaryLength = 240;
export const shownTailLength = 120;

/** The details of a run that a view gets before its nodes. */
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

/** Counts over all nodes of a run, sent or not. */
export interface RunSums {
  readonly nodes: number;
  /** Of the root. */
  readonly turns: number;
  /** Sub-calls and child runs, as the limit on them counts. */
  readonly subcalls: number;
  /** 1 for a sub-call of the root. */
  readonly depth: number;
}

/** A past or present run, for the history. */
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

/** A row of the coverage: a folder or file. */
export interface CoverageRow {
  /** Relative, with slashes; folders end in one. */
  readonly path: string;
  /** How many of its files were seen at least this closely. A file counts as one. */
  readonly counts: Readonly<Record<SeenHow, number>>;
  /** For a file: the lines seen most closely, at most 50 ranges. 1-based, inclusive. */
  readonly ranges?: readonly (readonly [number, number])[];
}

/** The models and folders that a question would be asked with. */
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
  /** The base of the times in `nodes`, in ms since the Unix epoch. */
  readonly base: number;
  /** Whether more that the view asked for is still to come. */
  readonly more: boolean;
  readonly sums: RunSums;
  /** Milliseconds since the Unix epoch on the extension's clock. */
  readonly now: number;
}

/** From the extension to the view. */
export type HostMessage =
  /** Replaces what the view had. `run` is null when there is nothing to show yet. */
  | (NodesMessage & { readonly type: 'snapshot'; readonly run: ViewRun | null })
  | (NodesMessage & { readonly type: 'delta'; readonly live: boolean })
  | {
      readonly type: 'body';
      readonly node: NodeId;
      readonly part: BodyPart;
      /** At most `bodyLength` UTF-16 units; null when the log can't be read. */
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

/** The most of a body that is sent to the view; "Open in editor" shows all of it. */
export const bodyLength = 200_000;
/** The most rows of one folder that the coverage shows. */
export const coverageRows = 500;

/** The most of a view's state that is kept, in UTF-16 units. */
export const stateLength = 100_000;

/** What fills the view: a run, the list of runs, or the box to ask. */
export type Page = 'run' | 'history' | 'ask';

/** From the view to the extension. */
export type ViewMessage =
  /** The first message of every page load: the run of the restored state, and the nodes opened in it. */
  | { readonly type: 'ready'; readonly run: RunId | null; readonly opened: readonly NodeId[] }
  /** The page's state, which the extension keeps for the next load as it is. */
  | { readonly type: 'state'; readonly state: string }
  /** The view has taken the message of that number, and the next one may come. */
  | { readonly type: 'ack'; readonly seq: number }
  /** Requests what is below a node that folds, and the way to it; with null, all nodes. */
  | { readonly type: 'load'; readonly node: NodeId | null }
  | { readonly type: 'body'; readonly node: NodeId; readonly part: BodyPart }
  /** Opens that text of each of the nodes, one after the other: a turn may have several cells. */
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
  /** Finishes a run that was interrupted or cancelled. */
  | { readonly type: 'resume-run'; readonly run: RunId }
  | { readonly type: 'coverage'; readonly folder: string }
  | {
      readonly type: 'open-file';
      readonly path: string;
      readonly start: number;
      readonly end: number;
    }
  | { readonly type: 'select-model' };
