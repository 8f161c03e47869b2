import {
  commands,
  type Disposable,
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from 'vscode';
import type { ReportSection } from '../../rlm/report/reportProgress';
import type { SavedDocument } from '../../rlm/report/savedDocuments';
import { byteCount, plural } from '../../trajectory/figures';
import { type OutlineRow, outlineRows, sectionsIn } from './outlineRows';

/** The view's id, in the manifest, too. */
const outlineViewId = 'fathom.report';
/** The context key while there is something to show. */
const hasReport = 'fathom.hasReport';

/** What the outline shows. */
export interface OutlineContent {
  readonly sections: readonly ReportSection[];
  readonly documents: readonly SavedDocument[];
  /** How far the report is, in words. */
  readonly figures: string;
}

type Row =
  | OutlineRow
  | { readonly kind: 'documents'; readonly documents: readonly SavedDocument[] }
  | { readonly kind: 'document'; readonly document: SavedDocument };

/** The outline of a report beside it, with the documents that its run opened. Shown while there is one. */
export class ReportOutline implements TreeDataProvider<Row>, Disposable {
  readonly #changed = new EventEmitter<undefined>();
  readonly #view: TreeView<Row>;
  readonly #listener: Disposable;
  #content: OutlineContent | null = null;
  #stale = false;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor() {
    // A window keeps what an extension host that was killed or restarted had set.
    void commands.executeCommand('setContext', hasReport, false);
    this.#view = window.createTreeView<Row>(outlineViewId, { treeDataProvider: this });
    this.#listener = this.#view.onDidChangeVisibility(() => this.#draw());
  }

  show(content: OutlineContent): void {
    if (this.#content === null) void commands.executeCommand('setContext', hasReport, true);
    this.#content = content;
    this.#view.description = content.figures;
    this.#stale = true;
    this.#draw();
  }

  getChildren(row?: Row): Row[] {
    if (row === undefined) return this.#roots();
    switch (row.kind) {
      case 'section':
      case 'range':
        return [...row.rows];
      case 'documents':
        return row.documents.map((document) => ({ kind: 'document', document }));
      case 'document':
        return [];
    }
  }

  getTreeItem(row: Row): TreeItem {
    switch (row.kind) {
      case 'section':
        return sectionItem(row.section, row.rows.length > 0);
      case 'range':
        return rangeItem(row);
      case 'documents':
        return documentsItem(row.documents);
      case 'document':
        return documentItem(row.document);
    }
  }

  dispose(): void {
    this.#listener.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  /** A view that nobody sees is not drawn. */
  #draw(): void {
    if (!this.#stale || !this.#view.visible) return;
    this.#stale = false;
    this.#changed.fire(undefined);
  }

  #roots(): Row[] {
    if (!this.#content) return [];
    const { sections, documents } = this.#content;
    const rows: readonly Row[] = outlineRows(sections);
    return documents.length === 0 ? [...rows] : [...rows, { kind: 'documents', documents }];
  }
}

function sectionItem(section: ReportSection, hasRows: boolean): TreeItem {
  const { id, title, chars, at } = section;
  const item = new TreeItem(
    title,
    hasRows ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None,
  );
  const state = stateOf(section);
  item.id = `section-${id}`;
  item.iconPath = icons[state];
  item.description = chars > 0 ? `${chars.toLocaleString('en-US')} chars` : states[state];
  const tooltip = new MarkdownString();
  tooltip.appendText(`${title}\n\n${states[state]} · ${plural(chars, 'character')}`);
  item.tooltip = tooltip;
  item.accessibilityInformation = {
    label: `${title}, ${states[state]}, ${plural(chars, 'character')}`,
  };
  if (at !== null) {
    item.command = { command: 'fathom.revealSection', title: 'Show', arguments: [id] };
  }
  return item;
}

type SectionState = 'reserved' | 'open' | 'waiting' | 'done';

function stateOf({ open, chars, at }: ReportSection): SectionState {
  if (open) return chars === 0 ? 'reserved' : 'open';
  return at === null ? 'waiting' : 'done';
}

const states: Readonly<Record<SectionState, string>> = {
  reserved: 'to be written',
  open: 'being written',
  waiting: 'written, waits for those before it',
  done: 'written',
};

const icons: Readonly<Record<SectionState, ThemeIcon>> = {
  reserved: new ThemeIcon('circle-outline', new ThemeColor('descriptionForeground')),
  open: new ThemeIcon('edit'),
  waiting: new ThemeIcon('circle-filled', new ThemeColor('descriptionForeground')),
  done: new ThemeIcon('check'),
};

function rangeItem({ from, to, rows }: Extract<OutlineRow, { kind: 'range' }>): TreeItem {
  const item = new TreeItem(`Sections ${from} to ${to}`, TreeItemCollapsibleState.Collapsed);
  let [all, done] = [0, 0];
  for (const { open } of sectionsIn(rows)) {
    all += 1;
    if (!open) done += 1;
  }
  item.id = `range-${from}-${[...sectionsIn(rows)][0]?.id ?? 0}`;
  item.iconPath = done === all ? icons.done : icons.reserved;
  item.description = done === all ? 'written' : `${done} of ${all} written`;
  return item;
}

function documentsItem(documents: readonly SavedDocument[]): TreeItem {
  const item = new TreeItem('Documents', TreeItemCollapsibleState.Expanded);
  item.id = 'documents';
  item.iconPath = new ThemeIcon('files');
  item.description = String(documents.length);
  return item;
}

function documentItem({ title, path, bytes }: SavedDocument): TreeItem {
  const item = new TreeItem(title, TreeItemCollapsibleState.None);
  item.id = path;
  item.iconPath = new ThemeIcon('file');
  item.description = byteCount(bytes);
  item.tooltip = path;
  item.command = { command: 'fathom.openWrittenDocument', title: 'Open', arguments: [path] };
  return item;
}
