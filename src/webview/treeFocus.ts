import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { NodeId } from '../trajectory/events';
import type { ViewState } from './viewState';

/** The row that keys act on. */
export interface TreeFocus {
  /** Its index when the tree was drawn: the row that the Tab key comes to. */
  readonly index: number;
  /** Its index now: keys may come faster than frames. */
  now(): number;
  /** Gives a row the focus, and brings it into view. */
  move(index: number): void;
  /** A row has the focus, however that came about. */
  came(index: number): void;
}

/** Keeps the focus on its row while rows come and go. @param reveal brings a row into view. */
export function useTreeFocus(state: ViewState, reveal: (index: number) => void): TreeFocus {
  const focusedId = useSignal<NodeId | null>(null);
  const last = useRef(0);
  /** True until the row that was moved to is in the page. */
  const taking = useRef(false);
  const now = () => indexIn(state, focusedId.value, last.current);
  const index = now();
  last.current = index;

  useEffect(() => {
    if (!taking.current) return;
    const row = document.getElementById(`row-${focusedId.peek()}`);
    // A key may have come before its row was drawn: then the next drawing is the one.
    if (row?.tabIndex !== 0) return;
    taking.current = false;
    row.focus({ preventScroll: true });
  });

  const came = (at: number) => {
    const row = state.rows[at];
    if (row) focusedId.value = row.entry.node.id;
  };
  const move = (at: number) => {
    if (!state.rows[at]) return;
    came(at);
    taking.current = true;
    state.follow.value = false;
    reveal(at);
  };
  return { index, now, move, came };
}

/** Of the row that had the focus, or the first. @param near where it was. */
function indexIn(state: ViewState, id: NodeId | null, near: number): number {
  return id === null ? 0 : Math.max(0, state.rowList.value.indexOf(id, near));
}
