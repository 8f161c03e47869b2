import type {
  BodyPart,
  NodeEnded,
  NodeId,
  NodeKind,
  NodeProgress,
  NodeStarted,
  NodeStatus,
  RunId,
  RunStarted,
  TrajectoryEvent,
  Usage,
} from './events';
import { addUsage } from './usage';

/** Sums over a node and everything below it. */
interface Totals {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  /** True when some of the tokens are our own counts. */
  readonly estimated: boolean;
  /** Cost of the calls with a known price, in US dollars. */
  readonly costUsd: number;
  /** True when a call has no known price; the cost is then "at least `costUsd`". */
  readonly costUnknown: boolean;
  /** Model calls started, of root and sub-LMs. */
  readonly calls: number;
  /** Running nodes, including this one. */
  readonly running: number;
}

/** One node of a run's tree. Immutable: a change makes a new object, so views compare by identity. */
export interface TreeNode {
  readonly id: NodeId;
  readonly parent: NodeId | null;
  readonly kind: NodeKind;
  readonly summary: string;
  readonly status: NodeStatus;
  /** Why it did not end well; null when it did, or still runs. */
  readonly reason: string | null;
  /** In order of starting. Append-only and shared between versions of the node. */
  readonly children: readonly NodeId[];
  /** How many of them are running, ended well, and failed. */
  readonly childrenRunning: number;
  readonly childrenOk: number;
  readonly childrenFailed: number;
  /** Milliseconds since the Unix epoch. */
  readonly started: number;
  readonly ended: number | null;
  /** When it got its slot; null when it never waited for one, or still does. */
  readonly workingSince: number | null;
  /** The end of the streamed text, at most `tailLength` UTF-16 units; "" once the node has ended. */
  readonly tail: string;
  readonly done: number | null;
  readonly total: number | null;
  /** Usage of the node alone. */
  readonly usage: Usage | null;
  readonly totals: Totals;
  /** Which longer texts of the node the log has. */
  readonly parts: readonly BodyPart[];
}

/**
 * The tree of one run so far.
 *
 * Use a tree linearly: keep the one that `reduce` returned and drop the one passed in. The node objects are
 * immutable, and those on the path of a change are replaced. But all versions share one index and their lists
 * of children, which only grow: copying those for each event would make a run of n nodes cost n².
 */
export interface Tree {
  readonly run: RunId | null;
  readonly root: NodeId | null;
  readonly details: RunStarted | null;
  readonly nodes: ReadonlyMap<NodeId, TreeNode>;
  /** Grows with every event that changed something. */
  readonly version: number;
}

/** How much of a node's streamed text is kept for views, in UTF-16 units. */
export const tailLength = 400;

/** A tree before its run has started. */
export function emptyTree(): Tree {
  return new GrowingTree(null, new Map(), new Map(), 0);
}

/**
 * The tree after one more event. Never throws: events of unknown nodes, second starts, second ends and
 * events before the run's start leave the tree as it is; a node whose parent is unknown hangs below
 * the root. Costs the node's depth, not the size of the tree.
 */
export function reduce(tree: Tree, event: TrajectoryEvent): Tree {
  const growing = tree instanceof GrowingTree ? tree : GrowingTree.copy(tree);
  if (event.type === 'run-started') return growing.details ? tree : startRun(growing, event);
  if (growing.run !== event.run) return tree;
  switch (event.type) {
    case 'node-started':
      return startNode(growing, event);
    case 'node-progress':
      return progressNode(growing, event);
    case 'body':
      return update(growing, event.node, (node) => withPart(node, event.part));
    case 'node-ended':
      return endNode(growing, event);
  }
}

/** The tree with a writable index, for the functions below. */
class GrowingTree implements Tree {
  readonly details: RunStarted | null;
  readonly nodes: Map<NodeId, TreeNode>;
  /** The arrays that the nodes have as `children`. */
  readonly childLists: Map<NodeId, NodeId[]>;
  readonly version: number;

  constructor(
    details: RunStarted | null,
    nodes: Map<NodeId, TreeNode>,
    childLists: Map<NodeId, NodeId[]>,
    version: number,
  ) {
    this.details = details;
    this.nodes = nodes;
    this.childLists = childLists;
    this.version = version;
  }

  /** For a tree that did not come from `reduce`. */
  static copy(tree: Tree): GrowingTree {
    const childLists = new Map<NodeId, NodeId[]>();
    const nodes = new Map<NodeId, TreeNode>();
    for (const [id, node] of tree.nodes) {
      const children = [...node.children];
      childLists.set(id, children);
      nodes.set(id, { ...node, children });
    }
    return new GrowingTree(tree.details, nodes, childLists, tree.version);
  }

  get run(): RunId | null {
    return this.details?.run ?? null;
  }

  get root(): NodeId | null {
    return this.details?.node ?? null;
  }

  next(details = this.details): GrowingTree {
    return new GrowingTree(details, this.nodes, this.childLists, this.version + 1);
  }

  add(event: RunStarted | NodeStarted, parent: NodeId | null, kind: NodeKind, summary: string) {
    const children: NodeId[] = [];
    this.childLists.set(event.node, children);
    this.nodes.set(event.node, {
      id: event.node,
      parent,
      kind,
      summary,
      status: 'running',
      reason: null,
      children,
      childrenRunning: 0,
      childrenOk: 0,
      childrenFailed: 0,
      started: event.time,
      ended: null,
      workingSince: null,
      tail: '',
      done: null,
      total: null,
      usage: null,
      totals: { ...noTotals, calls: isCall(kind) ? 1 : 0, running: 1 },
      parts: [],
    });
  }

  /** Counts a child that started or ended. */
  countChild(parent: NodeId | null, status: NodeStatus): void {
    const node = parent === null ? undefined : this.nodes.get(parent);
    if (!node) return;
    this.nodes.set(node.id, {
      ...node,
      childrenRunning: node.childrenRunning + (status === 'running' ? 1 : -1),
      childrenOk: node.childrenOk + (status === 'ok' ? 1 : 0),
      childrenFailed: node.childrenFailed + (status === 'error' ? 1 : 0),
    });
  }

  /** Changes the totals of a node and all above it. */
  addUp(from: NodeId, change: (totals: Totals) => Totals): void {
    let id: NodeId | null = from;
    while (id !== null) {
      const node: TreeNode | undefined = this.nodes.get(id);
      if (!node) return;
      this.nodes.set(id, { ...node, totals: change(node.totals) });
      id = node.parent;
    }
  }
}

const noTotals: Totals = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  estimated: false,
  costUsd: 0,
  costUnknown: false,
  calls: 0,
  running: 0,
};

function isCall(kind: NodeKind): boolean {
  return kind === 'model-call' || kind === 'subcall';
}

function startRun(tree: GrowingTree, event: RunStarted): Tree {
  tree.add(event, null, 'run', event.question);
  return tree.next(event);
}

function startNode(tree: GrowingTree, event: NodeStarted): Tree {
  if (tree.nodes.has(event.node)) return tree;
  const parent = tree.nodes.has(event.parent) ? event.parent : tree.root;
  if (parent === null) return tree;
  tree.add(event, parent, event.kind, event.summary);
  tree.childLists.get(parent)?.push(event.node);
  tree.countChild(parent, 'running');
  const calls = isCall(event.kind) ? 1 : 0;
  tree.addUp(parent, (totals) => ({
    ...totals,
    calls: totals.calls + calls,
    running: totals.running + 1,
  }));
  return tree.next();
}

function endNode(tree: GrowingTree, event: NodeEnded): Tree {
  const node = tree.nodes.get(event.node);
  if (node?.status !== 'running') return tree;
  const { usage } = event;
  tree.nodes.set(node.id, {
    ...node,
    status: event.outcome,
    ended: event.time,
    summary: event.summary ?? node.summary,
    reason: event.reason ?? null,
    // The log has the text. Thousands of tails would take most of a long run's memory.
    tail: '',
    usage: usage && node.usage ? addUsage(node.usage, usage) : (usage ?? node.usage),
  });
  tree.countChild(node.parent, event.outcome);
  tree.addUp(node.id, (totals) => ({
    ...(usage ? plusUsage(totals, usage) : totals),
    running: totals.running - 1,
  }));
  return tree.next();
}

function progressNode(tree: GrowingTree, event: NodeProgress): Tree {
  const { spent } = event;
  const changed = update(tree, event.node, (node) => withProgress(node, event));
  const node = tree.nodes.get(event.node);
  if (!spent || !node) return changed;
  const usage = node.usage ? addUsage(node.usage, spent) : spent;
  tree.nodes.set(node.id, { ...node, usage });
  tree.addUp(node.id, (totals) => plusUsage(totals, spent));
  return tree.next();
}

function update(tree: GrowingTree, id: NodeId, change: (node: TreeNode) => TreeNode): Tree {
  const node = tree.nodes.get(id);
  if (!node) return tree;
  const changed = change(node);
  if (changed === node) return tree;
  tree.nodes.set(id, changed);
  return tree.next();
}

function withProgress(node: TreeNode, event: NodeProgress): TreeNode {
  if (node.status !== 'running') return node;
  return {
    ...node,
    summary: event.summary ?? node.summary,
    done: event.done ?? node.done,
    total: event.total ?? node.total,
    workingSince: event.workingSince ?? node.workingSince,
    tail: event.text === undefined ? node.tail : endOf(node.tail + event.text),
  };
}

function withPart(node: TreeNode, part: BodyPart): TreeNode {
  return node.parts.includes(part) ? node : { ...node, parts: [...node.parts, part] };
}

/** The last `tailLength` units, without half a character at the start. */
function endOf(text: string): string {
  return text.slice(-tailLength).replace(/^[\uDC00-\uDFFF]/, '');
}

function plusUsage(totals: Totals, usage: Usage): Totals {
  return {
    ...totals,
    inputTokens: totals.inputTokens + usage.inputTokens,
    outputTokens: totals.outputTokens + usage.outputTokens,
    cachedInputTokens: totals.cachedInputTokens + usage.cachedInputTokens,
    estimated: totals.estimated || usage.estimated,
    costUsd: totals.costUsd + (usage.costUsd ?? 0),
    costUnknown: totals.costUnknown || usage.costUsd === null,
  };
}

/**
 * Whether a node is a turn of its completion: a model is asked there, or its code runs. What is done before
 * the turns, such as remembering a conversation, ends with neither.
 */
export function isTurn(tree: Tree, id: NodeId): boolean {
  const node = tree.nodes.get(id);
  if (node?.kind !== 'iteration') return false;
  return node.ended === null || node.children.length > 0;
}
