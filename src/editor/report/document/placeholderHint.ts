import { type Disposable, Range, ThemeColor, window } from 'vscode';
import type { ReportProgress } from '../../../rlm/report/reportProgress';
import { placeholderText } from './placeholderText';
import type { ReportMirror } from './reportMirror';

/**
 * Shows at the end of a growing report which sections are being written. It is a decoration, not text: there is
 * nothing to undo or to save.
 */
export class PlaceholderHint implements Disposable {
  readonly #type = window.createTextEditorDecorationType({
    after: {
      color: new ThemeColor('descriptionForeground'),
      fontStyle: 'italic',
      margin: '0 0 0 0.5ch',
    },
  });

  /** @param progress null when nothing more will be written. */
  show({ end }: ReportMirror, progress: ReportProgress | null): void {
    const text = end && progress ? placeholderText(progress.outline()) : null;
    for (const editor of window.visibleTextEditors) {
      if (text === null || editor.document !== end?.document) {
        editor.setDecorations(this.#type, []);
        continue;
      }
      const line = editor.document.lineAt(end.at.line).range.end;
      const renderOptions = { after: { contentText: text } };
      editor.setDecorations(this.#type, [{ range: new Range(line, line), renderOptions }]);
    }
  }

  dispose(): void {
    this.#type.dispose();
  }
}
