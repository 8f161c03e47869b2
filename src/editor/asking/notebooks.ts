import {
  type NotebookCell,
  NotebookCellKind,
  type NotebookDocument,
  type Uri,
  workspace,
} from 'vscode';
import type { PlaceMark } from '../../repository/documents/placeMark';

/** A cell of an open notebook, and its notebook. */
export interface FoundCell {
  readonly notebook: NotebookDocument;
  readonly cell: NotebookCell;
}

/** The cell of a text document; null if it is not in a notebook. Uris of cells have a scheme of their own. */
export function notebookCellOf(document: Uri): FoundCell | null {
  if (document.scheme !== 'vscode-notebook-cell') return null;
  for (const notebook of workspace.notebookDocuments) {
    const cell = notebook.getCells().find((one) => isSame(one.document.uri, document));
    if (cell) return { notebook, cell };
  }
  return null;
}

/** The open notebook of a file, if there is one. */
export function openNotebook(file: Uri): NotebookDocument | undefined {
  return workspace.notebookDocuments.find(({ uri, isClosed }) => !isClosed && isSame(uri, file));
}

/** The name of a cell for people: `cell 3`. */
export function cellLabel({ index }: NotebookCell): string {
  return `cell ${index + 1}`;
}

/**
 * The editor's text of a notebook, in the same form as one read from disk. Outputs are left out: those of changed
 * code would be wrong.
 */
export function notebookText(notebook: NotebookDocument): {
  readonly text: string;
  readonly marks: readonly PlaceMark[];
} {
  const marks: PlaceMark[] = [];
  let text = '';
  let line = 1;
  for (const cell of notebook.getCells()) {
    const label = cellLabel(cell);
    const { languageId } = cell.document;
    const kind = cell.kind === NotebookCellKind.Code ? `${languageId} code` : 'markdown';
    const source = cell.document.getText().replace(/\r\n|(?<=[^\n])$/g, '\n');
    const left = cell.outputs.length > 0 ? '[output left out: the notebook is not saved]\n' : '';
    const written = `=== ${label}: ${kind} ===\n${source}${left}\n`;
    marks.push({ line, label });
    line += written.split('\n').length - 1;
    text += written;
  }
  return { text, marks };
}

function isSame(one: Uri, other: Uri): boolean {
  return one.toString() === other.toString();
}
