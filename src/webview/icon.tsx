import type { ViewNode } from '../trajectory/viewProtocol';

/** An icon of the codicon font. Hidden from screen readers: labels say the same. */
export function Icon({ name, class: className = '' }: { name: string; class?: string }) {
  return <i class={`codicon codicon-${name} ${className}`} aria-hidden="true" />;
}

/** The icon of a node: its status while that matters, else its kind. */
export function NodeIcon({ node }: { node: ViewNode }) {
  return <Icon name={iconOf(node)} class={`node-icon is-${node.status} kind-${node.kind}`} />;
}

function iconOf({ kind, status, summary }: ViewNode): string {
  if (status === 'running')
    return kind === 'iteration' || kind === 'run' ? 'record' : kindIcon(kind, summary);
  if (status === 'error') return kind === 'cell' ? 'warning' : 'error';
  if (status === 'stopped' || status === 'cancelled') return 'circle-slash';
  return kindIcon(kind, summary);
}

function kindIcon(kind: ViewNode['kind'], summary: string): string {
  switch (kind) {
    case 'run':
    case 'iteration':
      return 'check';
    case 'child':
      return 'type-hierarchy-sub';
    case 'model-call':
      return 'sparkle';
    case 'cell':
      return 'code';
    case 'host-call':
      return /^git/.test(summary)
        ? 'git-commit'
        : /^read/.test(summary)
          ? 'file'
          : /^(tree|list)/.test(summary)
            ? 'list-tree'
            : 'search';
    case 'batch':
      return 'layers';
    case 'subcall':
      return 'comment';
    case 'report':
      return 'edit';
    case 'answer':
      return 'star-full';
  }
}
