import { Position, Range, WorkspaceEdit, window, workspace } from 'vscode';
import { messages } from '../../messages';
import { withLineEnds } from '../../untitledMarkdown';
import type { RunReport } from '../runReport';
import { contentsOffset, contentsText } from './contentsText';

/**
 * Inserts a table of contents at the top of each document of a report, as far as it is written. Only on demand: it
 * moves what the user reads, and the outline beside the report shows the same.
 */
export async function insertContents({ mirror, progress }: RunReport): Promise<void> {
  const sections = progress?.outline() ?? [];
  let inserted = false;
  await mirror.opened();
  for (const growing of mirror.growing) {
    const { document } = growing;
    const offsets = sections.flatMap(({ id }) => growing.headingOffset(id) ?? []);
    const text = document.getText();
    const contents = contentsText(text, new Set(offsets));
    if (contents === '') continue;
    const at = document.positionAt(contentsOffset(text));
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, at, withLineEnds(document, `## Contents\n\n${contents}\n`));
    inserted = (await workspace.applyEdit(edit)) || inserted;
    const editor = window.visibleTextEditors.find((visible) => visible.document === document);
    editor?.revealRange(new Range(new Position(0, 0), at));
  }
  if (!inserted) {
    void messages.showInformationMessage('The report has no sections in an open document.');
  }
}
