import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { NodeId } from '../trajectory/events';
import { treeMove, typeAhead } from './treeKeys';
import { TreeRow, treeRowProps } from './treeRow';
import type { ViewState } from './viewState';

/** Height of a row in CSS pixels, as in VS Code's own trees. */
const rowHeight = 22;
/** Rows that are drawn beyond what is seen. */
const overscan = 8;
/** Letters typed within this many ms are one word. */
const typeAheadMs = 700;

/** The tree of the run: only the rows that can be seen are in the page. */
export function TreeTab({ state }: { state: ViewState }) {
  const { rows } = state;
  state.frame.value;
  const now = state.now.value;
  const scroller = useRef<HTMLDivElement>(null);
  const range = useSignal({ top: state.scrollTop, height: 400 });
  const focusedId = useSignal<NodeId | null>(null);
  const typed = useRef({ text: '', at: 0 });
  /** Where we scrolled to ourselves: what differs was a person. */
  const ownScroll = useRef(-1);
  const lastFocused = useRef(0);
  /** Where to scroll to as soon as there are as many rows; 0 once we are there. */
  const restoring = useRef(state.scrollTop);
  const takeFocus = useRef(false);

  const { top, height } = range.value;
  const focused = focusedIn(state, focusedId.value, lastFocused.current);
  lastFocused.current = focused;
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + overscan);

  // Asking the page where it is scrolled to would make it lay everything out: we know.
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
  const focus = (index: number) => {
    const row = state.rows[index];
    if (!row) return;
    focusedId.value = row.entry.node.id;
    takeFocus.current = true;
    state.follow.value = false;
    reveal(index);
  };
  const toggle = (index: number) => {
    const row = state.rows[index];
    if (row && row.expanded !== null) state.setOpened([row.entry.node.id], !row.expanded);
  };
  const select = (index: number) => {
    const row = state.rows[index];
    if (!row) return;
    focus(index);
    state.select(row.entry.node.id);
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
    // Nobody has said yet how much room the details leave.
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

  useEffect(() => {
    if (!takeFocus.current) return;
    const row = document.getElementById(`row-${focusedId.peek()}`);
    // A key may have come before its row was drawn: then the next drawing is the one.
    if (row?.tabIndex !== 0) return;
    takeFocus.current = false;
    row.focus({ preventScroll: true });
  });

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
  const onClick = (event: MouseEvent) => {
    const index = indexAt(event.target);
    if (index === null) return;
    const onTwistie = event.target instanceof Element && event.target.matches('.twistie');
    if (onTwistie && state.rows[index]?.expanded !== null) toggle(index);
    else select(index);
  };
  const onDblClick = (event: MouseEvent) => {
    const index = indexAt(event.target);
    if (index !== null && !(event.target instanceof Element && event.target.matches('.twistie')))
      toggle(index);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // As they are now: keys may come faster than frames.
    const { rows } = state;
    const focused = focusedIn(state, focusedId.value, lastFocused.current);
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const word = typed.current;
    const typing = event.timeStamp - word.at < typeAheadMs && word.text !== '';
    const move = event.key === ' ' && typing ? null : treeMove(event.key, rows, focused, page);
    if (move) {
      event.preventDefault();
      if (move.kind === 'focus') focus(move.index);
      else if (move.kind === 'select') select(move.index);
      else if (move.kind === 'expand-siblings') {
        const parent = rows[move.index]?.entry.parent;
        const beside = rows.filter(
          ({ entry, expanded }) => entry.parent === parent && expanded === false,
        );
        state.setOpened(
          beside.map(({ entry }) => entry.node.id),
          true,
        );
      } else toggle(move.index);
      return;
    }
    if (event.key.length !== 1) return;
    event.preventDefault();
    const text = typing ? word.text + event.key : event.key;
    typed.current = { text, at: event.timeStamp };
    const found = typeAhead(text, rows, focused);
    if (found !== null) focus(found);
  };

  const drawn = rows.slice(first, last).map((row, offset) => ({ row, index: first + offset }));
  // The row with the focus stays in the page wherever it is, or the focus would be lost.
  const focusedRow = rows[focused];
  if (focusedRow && (focused < first || focused >= last))
    drawn.push({ row: focusedRow, index: focused });
  // Where no price is known a column of dashes says nothing that the header does not say.
  const costly = (state.model.root?.node.costUsd ?? 0) > 0;
  return (
    <div
      class={`tree-scroller ${costly ? '' : 'is-without-cost'}`}
      ref={scroller}
      onScroll={onScroll}
    >
      {rows.length === 0 ? (
        <p class="nothing">{state.live ? 'Starting…' : 'No step matches.'}</p>
      ) : (
        <div
          role="tree"
          aria-label="Steps of the run"
          class="tree-rows"
          style={{ height: `${rows.length * rowHeight}px` }}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onDblClick={onDblClick}
          onFocusIn={(event) => {
            // However the focus came to a row, keys go on from there.
            const row = state.rows[indexAt(event.target) ?? -1];
            if (row) focusedId.value = row.entry.node.id;
          }}
        >
          {drawn.map(({ row, index }) => (
            <TreeRow
              key={row.entry.node.id}
              {...treeRowProps(row, now)}
              index={index}
              height={rowHeight}
              focused={index === focused}
              selected={row.entry.node.id === state.selected.value}
            />
          ))}
        </div>
      )}
    </div>
  );
}

/** The row that the Tab key comes to: the one that had the focus, or the first. */
function focusedIn(state: ViewState, id: NodeId | null, near: number): number {
  return id === null ? 0 : Math.max(0, state.rowList.value.indexOf(id, near));
}

/** The index of the row that something is in. */
function indexAt(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest('[role=treeitem]') : null;
  const index = row?.getAttribute('data-index');
  return index ? Number(index) : null;
}
