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
import { contextKey } from '../manifestNames';

/** How much of its beginning identifies a report. */
const headLength = 400;

/** A report in the editor. */
export interface KnownReport {
  /** Path of the report's own file, which has all of it, byte by byte. */
  readonly spool: string;
}

/**
 * Knows which documents have a report or a part of one: those in which it grows, and saved and restored ones,
 * which are recognized by their end. Sets the context keys of menus.
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
        // Changing the language also closes and opens a document.
        if (isClosed) this.#known.delete(uri.toString());
      }),
    );
  }

  /** Notes that a report grows in a document. */
  add(uri: Uri, report: KnownReport): void {
    this.#known.set(uri.toString(), report);
    this.tellMenus();
  }

  /** The report that grew in a document; null when this window did not write it. */
  find(uri: Uri): KnownReport | null {
    return this.#known.get(uri.toString()) ?? null;
  }

  /** True for documents with a report or a part of one. */
  owns(document: TextDocument): boolean {
    return this.#known.has(document.uri.toString()) || isReportText(tailOf(document));
  }

  /** The same for a text shown elsewhere, as in the Markdown preview. */
  ownsText(text: string): boolean {
    if (isReportText(text)) return true;
    const head = text.slice(0, headLength);
    return workspace.textDocuments.some(
      (document) => this.#known.has(document.uri.toString()) && headOf(document) === head,
    );
  }

  /** Updates the contexts of menus. */
  tellMenus(): void {
    const shown = new Set(window.visibleTextEditors.map(({ document }) => document));
    const ours = [...shown].filter((document) => document.languageId === 'markdown');
    const uris = (some: readonly TextDocument[]) => some.map(({ uri }) => uri.toString());
    const reports = ours.filter((document) => this.owns(document));
    const answers = ours.filter((document) => isAnswerText(tailOf(document)));
    void commands.executeCommand('setContext', contextKey('reports'), uris(reports));
    void commands.executeCommand('setContext', contextKey('answers'), uris(answers));
    void commands.executeCommand(
      'setContext',
      contextKey('documents'),
      uris([...reports, ...answers]),
    );
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
