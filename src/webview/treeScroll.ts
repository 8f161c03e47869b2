import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ViewState } from './viewState';

/** Height of a row in CSS pixels, as in VS Code's own trees. */
export const rowHeight = 22;
/** How many rows are drawn beyond the visible ones. */
const overscan = 8;

/** The scroll position of the tree. */
export interface TreeScroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** The drawn rows: from `first` to before `last`. */
  readonly first: number;
  readonly last: number;
  /** How many whole rows are visible at once. */
  readonly pageRows: number;
  /** Scrolls as little as needed to show a row. */
  reveal(index: number): void;
  onScroll(): void;
}

/** Scrolls the tree: to its place when the view was closed, and along with the run while it follows. */
export function useTreeScroll(state: ViewState): TreeScroll {
  const { rows } = state;
  const scroller = useRef<HTMLDivElement>(null);
  const range = useSignal({ top: state.scrollTop, height: 400 });
  /** Where we scrolled to. Any other position is the user's. */
  const ownScroll = useRef(-1);
  /** Where to scroll to once there are enough rows; 0 afterwards. */
  const restoring = useRef(state.scrollTop);

  // Kept here: asking the page would force a layout.
  const scrollTo = (value: number) => {
    const element = scroller.current;
    if (!element) return;
    const to = Math.max(0, Math.min(state.rows.length * rowHeight - range.peek().height, value));
    ownScroll.current = to;
    range.value = { ...range.peek(), top: to };
    element.scrollTop = to;
  };
  const reveal = (index: number) => {
    const rowTop = index * rowHeight;
    const { top, height } = range.peek();
    if (rowTop < top) scrollTo(rowTop);
    else if (rowTop + rowHeight > top + height) scrollTo(rowTop + rowHeight - height);
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      range.value = { top: element.scrollTop, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const { current } = restoring;
    const element = scroller.current;
    if (current === 0 || !element) return;
    // The height of the details is not known yet.
    const height = element.clientHeight;
    if (state.isArriving && rows.length * rowHeight < current + height) return;
    restoring.current = 0;
    range.value = { ...range.peek(), height };
    scrollTo(current);
  });

  useLayoutEffect(() => {
    if (!state.follow.value || !state.live || rows.length === 0) return;
    const alive = rows.findLastIndex(({ entry }) => entry.node.status === 'running');
    reveal(alive < 0 ? rows.length - 1 : alive);
  }, [rows, rows.length, state.mended.value, state.follow.value]);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const top = element.scrollTop;
    if (top !== range.peek().top) range.value = { ...range.peek(), top };
    if (restoring.current === 0) {
      state.scrollTop = top;
      state.saveSoon();
    }
    if (Math.abs(top - ownScroll.current) < 2) return;
    ownScroll.current = -1;
    restoring.current = 0;
    state.follow.value = top + range.peek().height >= (state.rows.length - 1) * rowHeight;
  };

  const { top, height } = range.value;
  return {
    scroller,
    first: Math.max(0, Math.floor(top / rowHeight) - overscan),
    last: Math.min(rows.length, Math.ceil((top + height) / rowHeight) + overscan),
    pageRows: Math.floor(height / rowHeight),
    reveal,
    onScroll,
  };
}
