import type { SavedDocument } from '../../../rlm/report/savedDocuments';
import { type OutlineRow, sectionsIn } from './outlineRows';

/** The content of a row of the outline. */
export type OutlineEntry =
  | OutlineRow
  | { readonly kind: 'documents'; readonly documents: readonly SavedDocument[] }
  | { readonly kind: 'document'; readonly document: SavedDocument };

/**
 * A row of the outline. It stays the same object while its entry changes: the editor identifies rows by that, and
 * redraws only those that look different.
 */
export interface OutlineNode {
  readonly id: string;
  readonly entry: OutlineEntry;
  readonly nodes: readonly OutlineNode[];
}

interface MutableNode extends OutlineNode {
  entry: OutlineEntry;
  nodes: readonly MutableNode[];
  look: string;
}

/** The rows of an outline, from one state of the report to the next. */
export class OutlineNodes {
  #roots: readonly MutableNode[] = [];

  get roots(): readonly OutlineNode[] {
    return this.#roots;
  }

  /**
   * Takes the entries to show from now on.
   * @returns the rows that look different; null if rows were added, removed or reordered.
   */
  update(entries: readonly OutlineEntry[]): readonly OutlineNode[] | null {
    const changed: OutlineNode[] = [];
    const { nodes, areSame } = merge(this.#roots, entries, changed);
    this.#roots = nodes;
    return areSame ? changed : null;
  }
}

function merge(
  old: readonly MutableNode[],
  entries: readonly OutlineEntry[],
  changed: OutlineNode[],
): { readonly nodes: readonly MutableNode[]; readonly areSame: boolean } {
  const known = new Map(old.map((node) => [node.id, node]));
  let areSame = old.length === entries.length;
  const nodes = entries.map((entry, index) => {
    const id = idOf(entry);
    const look = lookOf(entry);
    const node = known.get(id) ?? { id, entry, look, nodes: [] };
    if (old[index] !== node) areSame = false;
    if (node.look !== look) changed.push(node);
    const below = merge(node.nodes, entriesBelow(entry), changed);
    if (!below.areSame) areSame = false;
    return Object.assign(node, { entry, look, nodes: below.nodes });
  });
  return { nodes, areSame };
}

function idOf(entry: OutlineEntry): string {
  switch (entry.kind) {
    case 'section':
      return `section-${entry.section.id}`;
    case 'range':
      return `range-${entry.from}-${[...sectionsIn(entry.rows)][0]?.id ?? 0}`;
    case 'documents':
      return 'documents';
    case 'document':
      return entry.document.path;
  }
}

function entriesBelow(entry: OutlineEntry): readonly OutlineEntry[] {
  switch (entry.kind) {
    case 'section':
    case 'range':
      return entry.rows;
    case 'documents':
      return entry.documents.map((document) => ({ kind: 'document', document }));
    case 'document':
      return [];
  }
}

/** Everything that an entry's row shows, as text. */
function lookOf(entry: OutlineEntry): string {
  switch (entry.kind) {
    case 'section': {
      const { title, chars, open, at } = entry.section;
      return JSON.stringify([title, chars, open, at === null]);
    }
    case 'range':
      return JSON.stringify([entry.to, writtenIn(entry.rows)]);
    case 'documents':
      return '';
    case 'document':
      return JSON.stringify([entry.document.title, entry.document.bytes]);
  }
}

/** How many sections the rows have, and how many of them are written. */
export function writtenIn(rows: readonly OutlineRow[]): {
  readonly all: number;
  readonly done: number;
} {
  let [all, done] = [0, 0];
  for (const { open } of sectionsIn(rows)) {
    all += 1;
    if (!open) done += 1;
  }
  return { all, done };
}
