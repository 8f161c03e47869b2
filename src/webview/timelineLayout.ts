import type { Entry, RunModel } from './runModel';

/** One bar of the timeline. Times in ms since the Unix epoch. */
export interface Bar {
  readonly entry: Entry;
  /** 0 for the root's turns; the others are slots. */
  readonly lane: number;
  readonly start: number;
  /** When it got its slot after waiting. */
  readonly working: number;
  readonly end: number;
}

export interface Timeline {
  readonly bars: readonly Bar[];
  readonly lanes: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The bars of a run: the root's turns in a lane of their own, and below it a lane for each slot in use at the same
 * time. A call takes the first lane that is free when it begins to wait.
 * @param now the end of running bars
 */
export function layOut(model: RunModel, now: number): Timeline {
  const root = model.root;
  if (!root) return { bars: [], lanes: 0, start: now, end: now };
  const bars: Bar[] = [];
  /** When each lane becomes free. */
  const free: number[] = [];
  let last = root.node.ended ?? now;
  for (const entry of inOrderOfStarting(model)) {
    const { node } = entry;
    const start = node.started;
    const end = node.ended ?? now;
    const working = node.workingSince ?? (waits(entry) ? end : start);
    let lane = 0;
    if (!isOfRoot(entry, root)) {
      const slot = free.findIndex((time) => time <= start);
      lane = (slot < 0 ? free.length : slot) + 1;
      free[lane - 1] = end;
    }
    last = Math.max(last, end);
    bars.push({ entry, lane, start, working: Math.min(working, end), end });
  }
  return { bars, lanes: free.length + 1, start: root.node.started, end: last };
}

/** The nodes that take time themselves, unlike turns, batches and child runs. */
function* inOrderOfStarting(model: RunModel): Generator<Entry> {
  const entries: Entry[] = [];
  for (const entry of model.entries()) {
    const { kind } = entry.node;
    if (kind === 'model-call' || kind === 'subcall' || kind === 'cell' || kind === 'host-call') {
      entries.push(entry);
    }
  }
  yield* entries.sort((a, b) => a.node.started - b.node.started);
}

/** Whether it is a call of the root LM or one of its cells, which never overlap. */
function isOfRoot({ node, parent }: Entry, root: Entry): boolean {
  return (node.kind === 'model-call' || node.kind === 'cell') && parent?.parent === root;
}

function waits({ node }: Entry): boolean {
  return (
    node.status === 'running' &&
    (node.kind === 'subcall' || node.kind === 'model-call') &&
    !node.tail
  );
}

/** The bar at a place; the shortest of several. */
export function barAt(timeline: Timeline, lane: number, time: number): Bar | null {
  let found: Bar | null = null;
  for (const bar of timeline.bars) {
    if (bar.lane !== lane || time < bar.start || time > bar.end) continue;
    if (!found || bar.end - bar.start < found.end - found.start) found = bar;
  }
  return found;
}
