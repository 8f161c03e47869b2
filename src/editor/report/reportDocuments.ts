import {
  commands,
  Disposable,
  Range,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { isReportText } from '../../rlm/report/reportAppendix';
import { isAnswerText } from '../answers/answerText';
import { tailOf } from '../documentTail';

/** So much of its beginning tells a report from another one. */
const headLength = 400;

/** A report in the editor. */
export interface KnownReport {
  /** Path of the report's own file, which has all that is written of it, byte by byte. */
  readonly spool: string;
}

/**
 * Which documents hold a report, or a part of one: those that it grows in, and saved and restored ones,
 * which are known by how they end. Says so to menus, too: `fathom.reports` and `fathom.answers` are
 * those that are to be seen, `fathom.documents` both.
 */
export class ReportDocuments implements Disposable {
  readonly #known = new Map<string, KnownReport>();
  readonly #listening: Disposable;

  constructor() {
    const refresh = () => this.tellMenus();
    this.#listening = Disposable.from(
      window.onDidChangeVisibleTextEditors(refresh),
      workspace.onDidSaveTextDocument(refresh),
      workspace.onDidCloseTextDocument(({ uri, isClosed }) => {
        // Choosing another language closes and opens it, too.
        if (isClosed) this.#known.delete(uri.toString());
      }),
    );
  }

  /** A report grows in a document, or goes on in it. */
  add(uri: Uri, report: KnownReport): void {
    this.#known.set(uri.toString(), report);
    this.tellMenus();
  }

  /** The report that grew in a document; null when this window did not write it. */
  find(uri: Uri): KnownReport | null {
    return this.#known.get(uri.toString()) ?? null;
  }

  /** True for documents that hold a report or a part of one. */
  owns(document: TextDocument): boolean {
    return this.#known.has(document.uri.toString()) || isReportText(tailOf(document));
  }

  /** The same for a text that is shown somewhere else, as in the Markdown preview. */
  ownsText(text: string): boolean {
    if (isReportText(text)) return true;
    const head = text.slice(0, headLength);
    return workspace.textDocuments.some(
      (document) => this.#known.has(document.uri.toString()) && headOf(document) === head,
    );
  }

  /** What a document holds may be something else now. */
  tellMenus(): void {
    const shown = new Set(window.visibleTextEditors.map(({ document }) => document));
    const ours = [...shown].filter((document) => document.languageId === 'markdown');
    const uris = (some: readonly TextDocument[]) => some.map(({ uri }) => uri.toString());
    const reports = ours.filter((document) => this.owns(document));
    const answers = ours.filter((document) => isAnswerText(tailOf(document)));
    void commands.executeCommand('setContext', 'fathom.reports', uris(reports));
    void commands.executeCommand('setContext', 'fathom.answers', uris(answers));
    void commands.executeCommand('setContext', 'fathom.documents', uris([...reports, ...answers]));
  }

  dispose(): void {
    this.#listening.dispose();
  }
}

function headOf(document: TextDocument): string {
  const lines = Math.min(document.lineCount, headLength);
  return document
    .getText(new Range(0, 0, lines, 0))
    .replaceAll('\r\n', '\n')
    .slice(0, headLength);
}
