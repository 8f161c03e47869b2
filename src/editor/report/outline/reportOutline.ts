import {
  commands,
  type Disposable,
  EventEmitter,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
} from 'vscode';
import type { ReportSection } from '../../../rlm/report/reportProgress';
import type { SavedDocument } from '../../../rlm/report/savedDocuments';
import { contextKey } from '../../manifestNames';
import { outlineItem } from './outlineItems';
import { type OutlineEntry, type OutlineNode, OutlineNodes } from './outlineNodes';
import { outlineRows } from './outlineRows';

/** The view's id, also in the manifest. */
export const outlineViewId = 'fathom.report';
/** With more changed rows, the whole tree is redrawn. */
const mostChanged = 100;

/** What the outline shows. */
export interface OutlineContent {
  readonly sections: readonly ReportSection[];
  readonly documents: readonly SavedDocument[];
  /** The report's progress, in words. */
  readonly figures: string;
}

/** The view with a report's outline and the documents that its run opened. Shown while there is a report. */
export class ReportOutline implements TreeDataProvider<OutlineNode>, Disposable {
  readonly #changed = new EventEmitter<OutlineNode[] | undefined>();
  readonly #view: TreeView<OutlineNode>;
  readonly #listener: Disposable;
  readonly #nodes = new OutlineNodes();
  #content: OutlineContent | null = null;
  #stale = false;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor() {
    // A window keeps the context of an extension host that was killed or restarted.
    void commands.executeCommand('setContext', contextKey('hasReport'), false);
    this.#view = window.createTreeView<OutlineNode>(outlineViewId, { treeDataProvider: this });
    this.#listener = this.#view.onDidChangeVisibility(() => this.#draw());
  }

  /** The entry of the selected row. */
  get selected(): OutlineEntry | undefined {
    return this.#view.selection[0]?.entry;
  }

  show(content: OutlineContent): void {
    if (this.#content === null)
      void commands.executeCommand('setContext', contextKey('hasReport'), true);
    this.#content = content;
    this.#view.description = content.figures;
    this.#stale = true;
    this.#draw();
  }

  getChildren(node?: OutlineNode): OutlineNode[] {
    if (node) return [...node.nodes];
    // A view asks for its rows before it is known to be visible.
    if (this.#stale) this.#nodes.update(this.#entries());
    return [...this.#nodes.roots];
  }

  getTreeItem(node: OutlineNode): TreeItem {
    return outlineItem(node);
  }

  dispose(): void {
    this.#listener.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  /** Redraws the changed rows, if the view is visible. */
  #draw(): void {
    if (!this.#stale || !this.#view.visible) return;
    this.#stale = false;
    const changed = this.#nodes.update(this.#entries());
    if (changed && changed.length <= mostChanged) this.#changed.fire([...changed]);
    else this.#changed.fire(undefined);
  }

  #entries(): readonly OutlineEntry[] {
    if (!this.#content) return [];
    const { sections, documents } = this.#content;
    const rows = outlineRows(sections);
    return documents.length === 0 ? rows : [...rows, { kind: 'documents', documents }];
  }
}
