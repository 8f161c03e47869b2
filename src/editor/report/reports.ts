import { commands, type Disposable, Uri, window } from 'vscode';
import type { ReportProgress } from '../../rlm/reportSpool';
import type { ReportResult } from '../../rlm/request';
import type { SavedDocument } from '../../rlm/savedDocuments';
import { ReportStatus } from './reportStatus';

/** What the engine tells of the report of one run, and of the documents that its code opened. */
export interface RunReport {
  readonly onReport: (progress: ReportProgress) => void;
  readonly onDocument: (document: SavedDocument) => void;
  /** The run has ended; nothing more is written. @param report null when there is none. */
  end(report: ReportResult | null): void;
}

/** The reports of this window. Any run may write one; it is shown from its first text on. */
export class Reports implements Disposable {
  readonly #status = new ReportStatus();
  #last: string | null = null;

  /** A run begins. */
  begin(question: string): RunReport {
    let latest: ReportProgress | null = null;
    return {
      onReport: (progress) => {
        latest = progress;
        this.#last = progress.path;
        this.#status.show(question, progress, true);
      },
      onDocument: () => undefined,
      end: () => {
        if (latest) this.#status.show(question, latest, false);
      },
    };
  }

  /** Brings the report to the front that was written to last. */
  async show(): Promise<void> {
    if (this.#last === null) {
      void window.showInformationMessage('No report was written in this window yet.');
      return;
    }
    await commands.executeCommand('vscode.open', Uri.file(this.#last));
  }

  dispose(): void {
    this.#status.dispose();
  }
}
