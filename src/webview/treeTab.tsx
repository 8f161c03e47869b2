import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { NodeId } from '../trajectory/events';
import type { Row } from './rows';
import { treeMove, typeAhead } from './treeKeys';
import { TreeRow } from './treeRow';
import type { ViewState } from './viewState';

/** Height of a row in CSS pixels, as in VS Code's own trees. */
const rowHeight = 22;
/** Rows that are drawn beyond what is seen. */
const overscan = 8;
/** Letters typed within this many ms are one word. */
const typeAheadMs = 700;

/** The tree of the run: only the rows that can be seen are in the page. */
export function TreeTab({ state }: { state: ViewState }) {
  const rows = state.rows.value;
  state.frame.value;
  const now = state.now.value;
  const scroller = useRef<HTMLDivElement>(null);
  const range = useSignal({ top: state.scrollTop, height: 400 });
  const focusedId = useSignal<NodeId | null>(null);
  const typed = useRef({ text: '', at: 0 });
  /** Where we scrolled to ourselves: what differs was a person. */
  const ownScroll = useRef(-1);
  const takeFocus = useRef(false);

  const { top, height } = range.value;
  const focused = focusedIn(rows, focusedId.value);
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + overscan);

  const scrollTo = (value: number) => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = value;
    ownScroll.current = element.scrollTop;
    range.value = { top: element.scrollTop, height: element.clientHeight };
  };
  const reveal = (index: number) => {
    const element = scroller.current;
    if (!element) return;
    const rowTop = index * rowHeight;
    const { scrollTop, clientHeight } = element;
    if (rowTop < scrollTop) scrollTo(rowTop);
    else if (rowTop + rowHeight > scrollTop + clientHeight)
      scrollTo(rowTop + rowHeight - clientHeight);
  };
  const focus = (index: number) => {
    const row = state.rows.value[index];
    if (!row) return;
    focusedId.value = row.entry.node.id;
    takeFocus.current = true;
    state.follow.value = false;
    reveal(index);
  };
  const toggle = (index: number) => {
    const row = state.rows.value[index];
    if (row && row.expanded !== null) state.setOpened([row.entry.node.id], !row.expanded);
  };
  const select = (index: number) => {
    const row = state.rows.value[index];
    if (!row) return;
    focus(index);
    state.select(row.entry.node.id);
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = state.scrollTop;
    const observer = new ResizeObserver(() => {
      range.value = { top: element.scrollTop, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (!state.follow.value || !state.live || rows.length === 0) return;
    const alive = rows.findLastIndex(({ entry }) => entry.node.status === 'running');
    reveal(alive < 0 ? rows.length - 1 : alive);
  }, [rows, state.follow.value]);

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
    range.value = { top: element.scrollTop, height: element.clientHeight };
    state.scrollTop = element.scrollTop;
    state.saveSoon();
    if (Math.abs(element.scrollTop - ownScroll.current) < 2) return;
    ownScroll.current = -1;
    const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
    state.follow.value = atEnd;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // As they are now: keys may come faster than frames.
    const rows = state.rows.value;
    const focused = focusedIn(rows, focusedId.value);
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
        >
          {drawn.map(({ row, index }) => (
            <TreeRow
              key={row.entry.node.id}
              row={row}
              index={index}
              height={rowHeight}
              now={now}
              focused={index === focused}
              selected={row.entry.node.id === state.selected.value}
              onToggle={toggle}
              onSelect={select}
            />
          ))}
        </div>
      )}
    </div>
  );
}

/** The row that the Tab key comes to: the one that had the focus, or the first. */
function focusedIn(rows: readonly Row[], id: NodeId | null): number {
  return id === null
    ? 0
    : Math.max(
        0,
        rows.findIndex(({ entry }) => entry.node.id === id),
      );
}
