import {
  type NotebookCell,
  NotebookCellKind,
  type NotebookDocument,
  type Uri,
  workspace,
} from 'vscode';
import type { PlaceMark } from '../../repository/documents/placeMark';

/** A cell of an open notebook, and the notebook that it is in. */
export interface FoundCell {
  readonly notebook: NotebookDocument;
  readonly cell: NotebookCell;
}

/** The cell that a text document is of; its uri has a scheme of its own, and the path of the notebook. */
export function cellOf(document: Uri): FoundCell | null {
  if (document.scheme !== 'vscode-notebook-cell') return null;
  for (const notebook of workspace.notebookDocuments) {
    const cell = notebook.getCells().find((one) => isSame(one.document.uri, document));
    if (cell) return { notebook, cell };
  }
  return null;
}

/** The notebook that an editor has of a file, if it has one. */
export function openNotebook(file: Uri): NotebookDocument | undefined {
  return workspace.notebookDocuments.find(({ uri, isClosed }) => !isClosed && isSame(uri, file));
}

/** The number of a cell as it is said to people. */
export function cellLabel({ index }: NotebookCell): string {
  return `cell ${index + 1}`;
}

/**
 * A notebook as the editor has it, in the form that one on disk is read in. Of outputs only that they are
 * left out: those of code that was changed since would be wrong.
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
