import type { Row } from './rows';

/** What a key does in the tree. */
export type TreeMove =
  | { readonly kind: 'focus'; readonly index: number }
  | { readonly kind: 'expand' | 'collapse' | 'select'; readonly index: number }
  /** Opens all rows beside this one. */
  | { readonly kind: 'expand-siblings'; readonly index: number };

/** The tree pattern of the ARIA practices guide (w3.org/WAI/ARIA/apg/patterns/treeview). */
export function treeMove(
  key: string,
  rows: readonly Row[],
  index: number,
  pageSize: number,
): TreeMove | null {
  const row = rows[index];
  if (!row) return null;
  const focus = (to: number): TreeMove => ({
    kind: 'focus',
    index: Math.max(0, Math.min(rows.length - 1, to)),
  });
  switch (key) {
    case 'ArrowDown':
      return focus(index + 1);
    case 'ArrowUp':
      return focus(index - 1);
    case 'PageDown':
      return focus(index + pageSize);
    case 'PageUp':
      return focus(index - pageSize);
    case 'Home':
      return focus(0);
    case 'End':
      return focus(rows.length - 1);
    case 'ArrowRight':
      if (row.expanded === false) return { kind: 'expand', index };
      return row.expanded ? focus(index + 1) : null;
    case 'ArrowLeft': {
      if (row.expanded) return { kind: 'collapse', index };
      const parent = rows.findLastIndex(({ level }, at) => at < index && level < row.level);
      return parent < 0 ? null : focus(parent);
    }
    case '*':
      return { kind: 'expand-siblings', index };
    case 'Enter':
    case ' ':
      return { kind: 'select', index };
    default:
      return null;
  }
}

/** The next row, wrapping around, whose summary starts with the typed letters. */
export function typeAhead(typed: string, rows: readonly Row[], index: number): number | null {
  const wanted = typed.toLowerCase();
  // A single letter starts from the next row; more letters may match this one.
  const first = typed.length === 1 ? 1 : 0;
  for (let step = first; step < rows.length + first; step++) {
    const at = (index + step) % rows.length;
    if (rows[at]?.entry.node.summary.toLowerCase().startsWith(wanted)) return at;
  }
  return null;
}
