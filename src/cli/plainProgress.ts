import { drawable, harmless } from '../ground/drawable';
import { clock, plural, tokenCount } from '../ground/figures';
import type { EventSink, NodeEnded, NodeId, TrajectoryEvent } from '../trajectory/events';
import { emptyTree, isTurn, reduce, type Tree, type TreeNode } from '../trajectory/tree';
import type { AskIo } from './askIo';
import type { Progress } from './progress';

/** Writes the progress of a run as plain lines, one per turn, batch and failure. For logs and pipes. */
export class PlainProgress implements Progress {
  readonly #io: AskIo;
  readonly #announced = new Set<NodeId>();
  readonly #children = new Map<NodeId, number>();
  /** A failed model call to be told. Dropped if the run ends with it, as the result says so itself. */
  #failure: string | null = null;
  #tree: Tree = emptyTree();

  constructor(io: AskIo) {
    this.#io = io;
  }

  readonly sink: EventSink = (event) => {
    this.#tree = reduce(this.#tree, event);
    const node = this.#tree.nodes.get(event.node);
    if (!node) return;
    if (event.type === 'node-ended' && node.kind === 'model-call' && event.outcome === 'error') {
      this.#tell(event, this.#turn(node.parent));
      this.#failure = `model call failed${why(node)}`;
      return;
    }
    const text = this.#lineFor(event, node);
    const ends = event.type === 'node-ended' && (node.kind === 'run' || node.kind === 'iteration');
    if (this.#failure !== null && (event.type === 'node-started' || (text !== '' && !ends))) {
      this.#tell(event, this.#failure);
      this.#failure = null;
    }
    this.#tell(event, text);
  };

  note(text: string): void {
    this.#io.stderr.write(`${harmless(text)}\n`);
  }

  stop(): void {
    // Every line is already written.
  }

  #lineFor(event: TrajectoryEvent, node: TreeNode): string {
    switch (event.type) {
      case 'run-started': {
        const models =
          event.model === event.subModel ? event.model : `${event.model} + ${event.subModel}`;
        return `${models} on ${event.subject}: ${event.question}`;
      }
      case 'node-started':
        if (event.kind === 'child') return `${this.#childName(node)}: ${node.summary}`;
        return event.kind === 'cell' ? this.#turn(node.parent) : '';
      case 'node-progress':
        return event.summary === undefined ? '' : this.#renamed(event.summary, node);
      case 'node-ended':
        return this.#ending(event, node);
      case 'body':
        return '';
    }
  }

  /** Tells a turn's new name, and that a call of the root waits to be made again. */
  #renamed(summary: string, node: TreeNode): string {
    if (node.kind === 'iteration') return this.#turn(node.id);
    return node.kind === 'model-call' && summary.includes(' · ') ? summary : '';
  }

  /** Tells a turn once, as soon as its purpose is known. */
  #turn(id: NodeId | null): string {
    const node = id === null ? undefined : this.#tree.nodes.get(id);
    if (node?.kind !== 'iteration' || this.#announced.has(node.id)) return '';
    this.#announced.add(node.id);
    const name = this.#turnName(node);
    return name === null ? node.summary : `${name}: ${node.summary}`;
  }

  /** What comes before the turns, such as remembering a conversation, is none and has no number. */
  #turnName(iteration: TreeNode): string | null {
    const asker = iteration.parent === null ? undefined : this.#tree.nodes.get(iteration.parent);
    const turns = (asker?.children ?? []).filter((id) => isTurn(this.#tree, id));
    const index = turns.indexOf(iteration.id);
    if (index < 0) return null;
    const turn = `turn ${index + 1}`;
    return asker?.kind === 'child' ? `${this.#childName(asker)}, ${turn}` : turn;
  }

  /** Children work at once, so each is called by its number in the run. */
  #childName({ id }: TreeNode): string {
    const number = this.#children.get(id) ?? this.#children.size + 1;
    this.#children.set(id, number);
    return `child ${number}`;
  }

  /** How many children deep a node is. */
  #depth(id: NodeId): number {
    let depth = 0;
    for (let at = this.#tree.nodes.get(id)?.parent ?? null; at !== null; ) {
      const node = this.#tree.nodes.get(at);
      if (node?.kind === 'child') depth += 1;
      at = node?.parent ?? null;
    }
    return depth;
  }

  #ending(event: NodeEnded, node: TreeNode): string {
    switch (node.kind) {
      case 'iteration':
        return this.#turn(node.id);
      case 'batch':
        if (event.outcome === 'error') return `batch failed: ${node.summary}${why(node)}`;
        return `batch done: ${node.summary}, ${tokenCount(tokensOf(node))} tokens${why(node)}${this.#firstFailure(node)}`;
      case 'answer':
        return node.summary;
      case 'run':
        // The footer says why.
        return event.outcome === 'ok' ? this.#runEnded(node) : outcomeWords[event.outcome];
      case 'cell':
      case 'child':
        return event.outcome === 'error' ? `${kindWords[node.kind]} failed${why(node)}` : '';
      case 'subcall':
        return event.outcome === 'error' && !this.#inBatch(node)
          ? `sub-call failed${why(node)}`
          : '';
      case 'report':
        return node.parent === this.#tree.root ? node.summary : '';
      case 'model-call':
      case 'host-call':
        return '';
    }
  }

  /** Why the first failed slot failed; the others mostly failed for the same reason. */
  #firstFailure(batch: TreeNode): string {
    if (batch.childrenFailed === 0) return '';
    for (const id of batch.children) {
      const slot = this.#tree.nodes.get(id);
      if (slot?.status === 'error') return why(slot);
    }
    return '';
  }

  #runEnded({ totals }: TreeNode): string {
    return `answered after ${plural(totals.calls, 'model call')}`;
  }

  #inBatch(node: TreeNode): boolean {
    return node.parent !== null && this.#tree.nodes.get(node.parent)?.kind === 'batch';
  }

  #tell({ time, node }: TrajectoryEvent, text: string): void {
    if (text === '') return;
    const started = this.#tree.details?.time ?? time;
    const indent = '  '.repeat(this.#depth(node) + 1);
    this.#io.stderr.write(`${clock(time - started).padStart(7)}${indent}${drawable(text)}\n`);
  }
}

function why({ reason }: TreeNode): string {
  return reason ? `: ${reason}` : '';
}

function tokensOf({ totals }: TreeNode): number {
  return totals.inputTokens + totals.outputTokens;
}

const outcomeWords = { error: 'failed', stopped: 'stopped', cancelled: 'cancelled' } as const;
const kindWords = { cell: 'code', child: 'child' } as const;
