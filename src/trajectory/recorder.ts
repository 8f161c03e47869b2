import type {
  BodyPart,
  EventSink,
  NodeId,
  NodeKind,
  NodeOutcome,
  RunDetails,
  RunId,
  RunLimits,
  SeenFile,
  TrajectoryEvent,
  Usage,
} from './events';
import type { NodeRecord, RecordSink } from './records';

export interface RunRecorderOptions {
  readonly run: RunId;
  /** All receive every event, in order. */
  readonly sinks: readonly EventSink[];
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Receives the records for reviving the run, in order with the events. */
  readonly recordSink?: RecordSink;
}

/** What happens at a running node. */
interface NodeProgressUpdate {
  /** Streamed text since the last update. */
  readonly text?: string;
  readonly summary?: string;
  readonly done?: number;
  readonly total?: number;
  /** The node got its slot now, after waiting. */
  readonly working?: true;
  /** Files and lines seen since the last update, more closely than before. */
  readonly files?: readonly SeenFile[];
}

interface NodeEnding {
  readonly summary?: string;
  /** Why, when the outcome is not `ok`. */
  readonly reason?: string;
  /** Usage of this node alone, without its descendants. */
  readonly usage?: Usage;
}

/** Writes the events of one node of the tree. */
export interface NodeHandle {
  readonly id: NodeId;
  /** The node's summary when it started. */
  readonly summary: string;
  /** Starts a node below this one. */
  child(kind: Exclude<NodeKind, 'run'>, summary: string): NodeHandle;
  /** Ignored once the node has ended. */
  progress(update: NodeProgressUpdate): void;
  body(part: BodyPart, text: string): void;
  /** Adds the cost of a call of this node that failed; also once the node has ended. */
  spent(usage: Usage): void;
  /** Keeps a record for reviving the run; only the log gets it. */
  record(record: NodeRecord): void;
  /**
   * Ends the node, and before it all that still runs below it, with the same outcome (`cancelled` if this node
   * is `ok`). Ending twice is ignored.
   */
  end(outcome: NodeOutcome, ending?: NodeEnding): void;
}

/**
 * Writes the events of one run: assigns node ids and times, and keeps the stream well formed (no node
 * outlives its parent, nothing ends twice).
 */
export class RunRecorder {
  readonly run: RunId;
  readonly #sinks: readonly EventSink[];
  readonly #now: () => number;
  readonly #recordSink: RecordSink;
  #count = 0;

  constructor(options: RunRecorderOptions) {
    this.run = options.run;
    this.#sinks = options.sinks;
    this.#now = options.now;
    this.#recordSink = options.recordSink ?? (() => undefined);
  }

  /** Starts the run. @returns its root node. */
  start(details: RunDetails): NodeHandle {
    const id = this.#nextId();
    const { question, model, subModel, subject, limits } = details;
    this.#emit({
      type: 'run-started',
      ...this.#stamp(id),
      question,
      model,
      subModel,
      subject,
      ...(limits ? { limits: shownLimits(limits) } : {}),
    });
    return this.#handle(id, question, () => undefined);
  }

  #handle(id: NodeId, name: string, onEnd: () => void): NodeHandle {
    const open = new Set<NodeHandle>();
    let ended = false;
    return {
      id,
      summary: name,
      child: (kind, summary) => {
        const childId = this.#nextId();
        this.#emit({ type: 'node-started', ...this.#stamp(childId), parent: id, kind, summary });
        const child = this.#handle(childId, summary, () => open.delete(child));
        open.add(child);
        return child;
      },
      progress: ({ working, ...update }) => {
        if (ended) return;
        const stamp = this.#stamp(id);
        const since = working ? { workingSince: stamp.time } : {};
        this.#emit({ type: 'node-progress', ...stamp, ...update, ...since });
      },
      body: (part, text) => this.#emit({ type: 'body', ...this.#stamp(id), part, text }),
      spent: (usage) => this.#emit({ type: 'node-progress', ...this.#stamp(id), spent: usage }),
      record: (record) => this.#recordSink({ type: 'record', ...this.#stamp(id), record }),
      end: (outcome, ending = {}) => {
        if (ended) return;
        ended = true;
        for (const child of open) child.end(outcome === 'ok' ? 'cancelled' : outcome);
        onEnd();
        this.#emit({ type: 'node-ended', ...this.#stamp(id), outcome, ...ending });
      },
    };
  }

  #nextId(): NodeId {
    this.#count += 1;
    return `n${this.#count}` as NodeId;
  }

  #stamp(node: NodeId): { run: RunId; node: NodeId; time: number } {
    return { run: this.run, node, time: this.#now() };
  }

  #emit(event: TrajectoryEvent): void {
    for (const sink of this.#sinks) {
      try {
        sink(event);
      } catch {
        // Sinks must not throw, but a view that does so must not end the run or its log.
      }
    }
  }
}

/** Only the limits that views show. */
function shownLimits(limits: RunLimits): RunLimits {
  const { maxDepth, maxIterations, maxSubcalls, maxTokens, maxCostUsd, timeoutMs } = limits;
  return { maxDepth, maxIterations, maxSubcalls, maxTokens, maxCostUsd, timeoutMs };
}

const runIdRandomLetters = 6;

/**
 * A run id that sorts by time and is a safe file name: `20261123-123456-abc123`, in UTC.
 * @param now milliseconds since the Unix epoch
 * @param random gives numbers in [0, 1), as `Math.random` does
 */
export function newRunId(now: number, random: () => number): RunId {
  const iso = new Date(now).toISOString();
  const day = iso.slice(0, 10).replaceAll('-', '');
  const time = iso.slice(11, 19).replaceAll(':', '');
  let suffix = '';
  for (let i = 0; i < runIdRandomLetters; i++) {
    suffix += Math.floor(random() * 36).toString(36);
  }
  return `${day}-${time}-${suffix}` as RunId;
}
