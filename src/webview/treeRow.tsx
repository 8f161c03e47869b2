import { Component } from 'preact';
import type { ViewNode } from '../trajectory/viewProtocol';
import { NodeIcon } from './icon';
import type { Row } from './rows';
import { kindName, rowFigures, rowText, statusName } from './rowText';
import { Said } from './said';

/** What a row draws, as comparable values, so that a row that would look the same is not redrawn. */
export interface TreeRowProps {
  readonly node: ViewNode;
  readonly index: number;
  readonly height: number;
  readonly level: number;
  readonly expanded: boolean | null;
  readonly position: number;
  readonly siblings: number;
  readonly focused: boolean;
  readonly selected: boolean;
  readonly summary: string;
  readonly remark: string;
  readonly tail: string;
  readonly time: string;
  readonly tokens: string;
  readonly cost: string;
}

/** @param now in ms since the Unix epoch */
export function treeRowProps(
  { entry, level, expanded, position, group }: Row,
  now: number,
): Omit<TreeRowProps, 'index' | 'height' | 'focused' | 'selected'> {
  const { node } = entry;
  const siblings = group.size;
  return {
    ...{ node, level, expanded, position, siblings },
    ...rowText(entry),
    ...rowFigures(node, now),
  };
}

/** The least width of a summary beside its remark, in characters. */
const leastSummary = 12;

/** A row of the tree. The tree handles clicks, by the row's index. */
export class TreeRow extends Component<TreeRowProps> {
  override shouldComponentUpdate(next: TreeRowProps): boolean {
    const { props } = this;
    return (
      next.node.status !== props.node.status ||
      next.index !== props.index ||
      next.height !== props.height ||
      next.level !== props.level ||
      next.expanded !== props.expanded ||
      next.position !== props.position ||
      next.siblings !== props.siblings ||
      next.focused !== props.focused ||
      next.selected !== props.selected ||
      next.summary !== props.summary ||
      next.remark !== props.remark ||
      next.tail !== props.tail ||
      next.time !== props.time ||
      next.tokens !== props.tokens ||
      next.cost !== props.cost
    );
  }

  override render(props: TreeRowProps) {
    const { node, index, height, level, expanded, focused, selected } = props;
    const { summary, remark, tail, time, tokens, cost } = props;
    return (
      <div
        role="treeitem"
        id={`row-${node.id}`}
        class={`row is-${node.status} kind-${node.kind} ${remark ? 'has-remark' : ''}`}
        data-index={index}
        aria-level={level}
        aria-posinset={props.position}
        aria-setsize={props.siblings}
        aria-expanded={expanded ?? undefined}
        aria-selected={selected}
        tabIndex={focused ? 0 : -1}
        style={{ top: `${index * height}px`, paddingLeft: `${4 + (level - 1) * 12}px` }}
      >
        <span
          aria-hidden="true"
          class={`twistie codicon ${expanded === null ? '' : expanded ? 'codicon-chevron-down' : 'codicon-chevron-right'}`}
        />
        <NodeIcon node={node} />
        <Said>{`${kindName[node.kind]}: `}</Said>
        <span class="words">
          <span class="summary" style={{ minWidth: `${Math.min(summary.length, leastSummary)}ch` }}>
            {summary}
          </span>
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
}
