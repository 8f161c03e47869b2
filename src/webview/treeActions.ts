import { useRef } from 'preact/hooks';
import type { TreeFocus } from './treeFocus';
import { treeMove, typeAhead } from './treeKeys';
import type { ViewState } from './viewState';

/** Letters typed within this many ms belong to one word. */
const typeAheadMs = 700;

/** The keyboard and mouse actions on the rows of the tree. */
export function useTreeActions(state: ViewState, focus: TreeFocus, pageRows: number) {
  const typed = useRef({ text: '', at: 0 });

  const toggle = (index: number) => {
    const row = state.rows[index];
    if (row && row.expanded !== null) state.setOpened([row.entry.node.id], !row.expanded);
  };
  const select = (index: number) => {
    const row = state.rows[index];
    if (!row) return;
    focus.move(index);
    state.select(row.entry.node.id);
  };
  const expandSiblings = (index: number) => {
    const parent = state.rows[index]?.entry.parent;
    const beside = state.rows.filter(
      ({ entry, expanded }) => entry.parent === parent && expanded === false,
    );
    state.setOpened(
      beside.map(({ entry }) => entry.node.id),
      true,
    );
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { rows } = state;
    const focused = focus.now();
    const word = typed.current;
    const typing = event.timeStamp - word.at < typeAheadMs && word.text !== '';
    const page = Math.max(1, pageRows - 1);
    const move = event.key === ' ' && typing ? null : treeMove(event.key, rows, focused, page);
    if (move) {
      event.preventDefault();
      if (move.kind === 'focus') focus.move(move.index);
      else if (move.kind === 'select') select(move.index);
      else if (move.kind === 'expand-siblings') expandSiblings(move.index);
      else toggle(move.index);
      return;
    }
    if (event.key.length !== 1) return;
    event.preventDefault();
    const text = typing ? word.text + event.key : event.key;
    typed.current = { text, at: event.timeStamp };
    const found = typeAhead(text, rows, focused);
    if (found !== null) focus.move(found);
  };
  const onClick = (event: MouseEvent) => {
    const index = indexAt(event.target);
    if (index === null) return;
    if (isTwistie(event.target) && state.rows[index]?.expanded !== null) toggle(index);
    else select(index);
  };
  const onDblClick = (event: MouseEvent) => {
    const index = indexAt(event.target);
    if (index !== null && !isTwistie(event.target)) toggle(index);
  };
  // Keys start from the focused row, however it got the focus.
  const onFocusIn = (event: FocusEvent) => focus.came(indexAt(event.target) ?? -1);
  return { onKeyDown, onClick, onDblClick, onFocusIn };
}

function isTwistie(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('.twistie');
}

/** The index of the row that contains the target. */
function indexAt(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest('[role=treeitem]') : null;
  const index = row?.getAttribute('data-index');
  return index ? Number(index) : null;
}
