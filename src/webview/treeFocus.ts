import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { NodeId } from '../trajectory/events';
import type { ViewState } from './viewState';

/** The row that keys act on. */
export interface TreeFocus {
  /** Its index when the tree was drawn; the Tab key goes to this row. */
  readonly index: number;
  /** Its index now, as keys may come faster than frames. */
  now(): number;
  /** Focuses a row and brings it into view. */
  move(index: number): void;
  /** Notes that a row got the focus. */
  came(index: number): void;
}

/** Keeps the focus on its row while rows come and go. @param reveal brings a row into view. */
export function useTreeFocus(state: ViewState, reveal: (index: number) => void): TreeFocus {
  const focusedId = useSignal<NodeId | null>(null);
  const last = useRef(0);
  /** True until the row to focus is in the page. */
  const taking = useRef(false);
  const now = () => indexIn(state, focusedId.value, last.current);
  const index = now();
  last.current = index;

  useEffect(() => {
    if (!taking.current) return;
    const row = document.getElementById(`row-${focusedId.peek()}`);
    // If the row is not drawn yet, the next drawing focuses it.
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

/** The index of a row; 0 if it is gone. @param near where it was. */
function indexIn(state: ViewState, id: NodeId | null, near: number): number {
  return id === null ? 0 : Math.max(0, state.rowList.value.indexOf(id, near));
}
