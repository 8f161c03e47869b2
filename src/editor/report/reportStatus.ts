import { type Disposable, MarkdownString, StatusBarAlignment, ThemeColor, window } from 'vscode';
import { reportFigures } from '../../ground/figures';
import type { ReportProgress } from '../../rlm/report/reportProgress';
import { commandId } from '../manifestNames';

/** The report's progress in the status bar, from its first text on. A click opens the report. */
export class ReportStatus implements Disposable {
  readonly #item = window.createStatusBarItem('fathom.report', StatusBarAlignment.Left, 0);

  constructor() {
    this.#item.name = 'Fathom Report';
    this.#item.command = commandId('showReport');
  }

  /** @param running false once nothing more will be written. */
  show(question: string, progress: ReportProgress, running: boolean): void {
    const { problem } = progress;
    const icon = problem === null ? (running ? '$(book)' : '$(check)') : '$(warning)';
    this.#item.text = `${icon} Report: ${reportFigures(progress)}`;
    this.#item.backgroundColor =
      problem === null ? undefined : new ThemeColor('statusBarItem.warningBackground');
    this.#item.tooltip = tooltip(question, problem);
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function tooltip(question: string, problem: string | null): MarkdownString {
  const text = new MarkdownString();
  text.appendText(`Report: ${question}`);
  if (problem !== null) text.appendText(`\n\n${problem}`);
  text.appendMarkdown('\n\nClick to show it.');
  return text;
}
