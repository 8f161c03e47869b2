import { useTreeActions } from './treeActions';
import { useTreeFocus } from './treeFocus';
import { TreeRow, treeRowProps } from './treeRow';
import { rowHeight, useTreeScroll } from './treeScroll';
import type { ViewState } from './viewState';

/** The tree of the run. Only visible rows are in the page. */
export function TreeTab({ state }: { state: ViewState }) {
  const { rows } = state;
  state.frame.value;
  const now = state.now.value;
  const { scroller, first, last, pageRows, reveal, onScroll } = useTreeScroll(state);
  const focus = useTreeFocus(state, reveal);
  const actions = useTreeActions(state, focus, pageRows);
  const focused = focus.index;

  const drawn = rows.slice(first, last).map((row, offset) => ({ row, index: first + offset }));
  // The focused row stays in the page, or the focus would be lost.
  const focusedRow = rows[focused];
  if (focusedRow && (focused < first || focused >= last))
    drawn.push({ row: focusedRow, index: focused });
  // Without a known price, the column would only have dashes, and the header says so.
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
          {...actions}
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
