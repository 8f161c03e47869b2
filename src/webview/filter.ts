import type { NodeKind } from '../trajectory/events';
import type { ViewNode } from '../trajectory/viewProtocol';

/** A filter of the tree. */
export interface Filter {
  /** Words that must all be in the summary, the reason or the kind. */
  readonly text: string;
  readonly kind: FilterKind | null;
  readonly status: FilterStatus | null;
  /** In US dollars, of the node with all below it. */
  readonly minCostUsd: number | null;
}

export type FilterKind = 'turns' | 'sub-calls' | 'searches' | 'child runs' | 'report and answer';
export type FilterStatus = 'running' | 'failed' | 'done';

export const noFilter: Filter = { text: '', kind: null, status: null, minCostUsd: null };

export const kindsOf: Readonly<Record<FilterKind, readonly NodeKind[]>> = {
  turns: ['iteration', 'cell', 'model-call'],
  'sub-calls': ['subcall', 'batch'],
  searches: ['host-call'],
  'child runs': ['child'],
  'report and answer': ['report', 'answer'],
};

const statusesOf: Readonly<Record<FilterStatus, readonly ViewNode['status'][]>> = {
  running: ['running'],
  failed: ['error', 'stopped', 'cancelled'],
  done: ['ok'],
};

export function isFiltering({ text, kind, status, minCostUsd }: Filter): boolean {
  return text.trim() !== '' || kind !== null || status !== null || minCostUsd !== null;
}

/** The test of a filter. */
export function matcher(filter: Filter): (node: ViewNode) => boolean {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = filter.kind && kindsOf[filter.kind];
  const statuses = filter.status && statusesOf[filter.status];
  const { minCostUsd } = filter;
  return (node) => {
    if (kinds && !kinds.includes(node.kind)) return false;
    if (statuses && !statuses.includes(node.status)) return false;
    if (minCostUsd !== null && (node.costUsd ?? 0) < minCostUsd) return false;
    if (words.length === 0) return true;
    const text = `${node.summary} ${node.reason ?? ''} ${node.kind}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
