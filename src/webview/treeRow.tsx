import { NodeIcon } from './icon';
import type { Row } from './rows';
import { kindName, rowFigures, rowText, statusName } from './rowText';
import { Said } from './said';

export interface TreeRowProps {
  readonly row: Row;
  readonly index: number;
  readonly height: number;
  readonly now: number;
  readonly focused: boolean;
  readonly selected: boolean;
  readonly onToggle: (index: number) => void;
  readonly onSelect: (index: number) => void;
}

/** One line of the tree. */
export function TreeRow(props: TreeRowProps) {
  const { row, index, height, now, focused, selected, onToggle, onSelect } = props;
  const { entry, level, expanded } = row;
  const { node } = entry;
  const { summary, remark, tail } = rowText(entry);
  const { time, tokens, cost } = rowFigures(node, now);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys of its rows.
    <div
      role="treeitem"
      id={`row-${node.id}`}
      class={`row is-${node.status} kind-${node.kind}`}
      data-index={index}
      aria-level={level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={expanded ?? undefined}
      aria-selected={selected}
      tabIndex={focused ? 0 : -1}
      style={{ top: `${index * height}px`, paddingLeft: `${4 + (level - 1) * 12}px` }}
      onClick={() => onSelect(index)}
      onDblClick={() => onToggle(index)}
    >
      <span
        aria-hidden="true"
        class={`twistie codicon ${expanded === null ? '' : expanded ? 'codicon-chevron-down' : 'codicon-chevron-right'}`}
        onClick={(event) => {
          if (expanded === null) return;
          event.stopPropagation();
          onToggle(index);
        }}
      />
      <NodeIcon node={node} />
      <Said>{`${kindName[node.kind]}: `}</Said>
      <span class="words">
        <span class="summary">{summary}</span>
        {remark ? <Said>, </Said> : null}
        {remark ? <span class="remark">{remark}</span> : null}
        {tail ? (
          <span class="tail" aria-hidden="true">
            <bdi>{tail}</bdi>
          </span>
        ) : null}
      </span>
      <Said>{`, ${statusName[node.status]}${time ? ', ' : ''}`}</Said>
      <span class="figure time">{time}</span>
      <Said>{tokens ? ', ' : ''}</Said>
      <span class="figure tokens">{tokens}</span>
      <Said>{`${tokens ? ' tokens' : ''}${cost ? ', cost ' : ''}`}</Said>
      <span class="figure cost">{cost}</span>
    </div>
  );
}
