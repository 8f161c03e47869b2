import { setTimeout as delay } from 'node:timers/promises';
import {
  type Disposable,
  Range,
  TabInputText,
  type TextDocument,
  type TextDocumentChangeEvent,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode';
import { openUntitledMarkdown, setText, withLineEnds } from '../untitledMarkdown';
import { headingText } from './answerText';
import { textChange } from './textChange';

/** The least time between two live updates, in ms: quick enough to read along, calm for the editor. */
const updateGapMs = 250;
/** How often an edit is tried when the user's own edits come in between. */
const attempts = 5;

/**
 * The untitled Markdown document in which an answer grows. Fathom owns one stretch of it, below the heading, and
 * changes nothing else. If the user edits inside the stretch it becomes theirs: live updates end, and the
 * finished answer goes to the end of the document. The tab is shown once, when it opens.
 */
export class AnswerDocument implements Disposable {
  readonly #document: TextDocument;
  readonly #listener: Disposable;
  readonly #disposed = new AbortController();
  /** Fathom's stretch, with the document's line ends, and where it begins. */
  #own: string;
  #at: number;
  /** The whole text and Fathom's stretch after the edit that is being applied. */
  #expected: { readonly text: string; readonly own: string } | null = null;
  #wanted: string;
  #updating: Promise<void> | null = null;

  private constructor(document: TextDocument, heading: string, body: string) {
    this.#document = document;
    this.#at = withLineEnds(document, heading).length;
    this.#own = withLineEnds(document, body);
    this.#wanted = this.#own;
    this.#listener = workspace.onDidChangeTextDocument((event) => this.#follow(event));
  }

  /** Opens the document with the question as heading and shows it. */
  static async open(question: string, body: string): Promise<AnswerDocument> {
    const heading = headingText(question);
    const document = await openUntitledMarkdown(heading + body);
    const answer = new AnswerDocument(document, heading, body);
    await answer.reveal();
    return answer;
  }

  /** Starts over with the same question, in the same tab when the user has not changed the text. */
  async startOver(question: string, body: string): Promise<AnswerDocument> {
    const heading = headingText(question);
    const untouched =
      this.#document.getText() === withLineEnds(this.#document, heading) + this.#own;
    if (!untouched || !(await setText(this.#document, heading + body))) {
      return AnswerDocument.open(question, body);
    }
    const answer = new AnswerDocument(this.#document, heading, body);
    await answer.reveal();
    return answer;
  }

  get document(): TextDocument {
    return this.#document;
  }

  get isOpen(): boolean {
    return !this.#document.isClosed;
  }

  get isVisible(): boolean {
    return window.visibleTextEditors.some((editor) => editor.document === this.#document);
  }

  async reveal(): Promise<void> {
    try {
      await window.showTextDocument(this.#document, { preview: false });
    } catch (error) {
      // The editor also rejects when another tab came to the front meanwhile. Then the tab exists.
      if (!hasTab(this.#document)) throw error;
    }
  }

  /** Shows this text below the heading soon; of several in quick succession only the last is written. */
  update(body: string): void {
    this.#wanted = withLineEnds(this.#document, body);
    // Without a change, `#updating` would never be cleared.
    if (this.#wanted !== this.#own) this.#updating ??= this.#writeUpdates();
  }

  /** Writes the final text and leaves the document to the user. False when it was closed meanwhile. */
  async finish(body: string): Promise<boolean> {
    this.#disposed.abort();
    await this.#updating;
    const final = withLineEnds(this.#document, body);
    try {
      return (await this.#replaceOwn(final)) || (await this.#append(final));
    } finally {
      this.dispose();
    }
  }

  dispose(): void {
    this.#disposed.abort();
    this.#listener.dispose();
  }

  async #writeUpdates(): Promise<void> {
    const { signal } = this.#disposed;
    try {
      while (!signal.aborted && this.#wanted !== this.#own) {
        if (!(await this.#replaceOwn(this.#wanted))) return;
        await delay(updateGapMs, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#updating = null;
    }
  }

  /** False when the document is closed or Fathom's stretch was changed. */
  async #replaceOwn(own: string): Promise<boolean> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const text = this.#document.getText();
      if (!this.isOpen || !text.startsWith(this.#own, this.#at)) return false;
      const change = textChange(this.#own, own);
      if (!change) return true;
      const { removed, inserted } = change;
      const start = this.#at + change.offset;
      const after = text.slice(0, start) + inserted + text.slice(start + removed);
      this.#expected = { text: after, own };
      const applied = await this.#edit(start, removed, inserted);
      this.#expected = null;
      if (applied) return true;
    }
    return false;
  }

  /** Puts the text at the end of the document. */
  async #append(text: string): Promise<boolean> {
    const separator = withLineEnds(this.#document, '\n\n---\n\n');
    for (let attempt = 0; attempt < attempts && this.isOpen; attempt++) {
      const end = this.#document.getText().length;
      if (await this.#edit(end, 0, separator + text)) return true;
    }
    return false;
  }

  /** False when the document changed in between, or is gone. */
  async #edit(offset: number, removed: number, inserted: string): Promise<boolean> {
    const edit = new WorkspaceEdit();
    const start = this.#document.positionAt(offset);
    const range = new Range(start, this.#document.positionAt(offset + removed));
    edit.replace(this.#document.uri, range, inserted);
    try {
      return await workspace.applyEdit(edit);
    } catch {
      return false; // The document was closed while the edit was on its way.
    }
  }

  /** Notes Fathom's own edits, and updates `#at` when the user edits above. */
  #follow({ document, contentChanges }: TextDocumentChangeEvent): void {
    if (document !== this.#document || contentChanges.length === 0) return;
    // The editor may split an edit into smaller ones, so compare the text, not the changes.
    if (this.#expected && document.getText() === this.#expected.text) {
      this.#own = this.#expected.own;
      this.#expected = null;
      return;
    }
    const begin = this.#at;
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      if (rangeOffset + rangeLength <= begin) this.#at += text.length - rangeLength;
    }
  }
}

function hasTab({ uri }: TextDocument): boolean {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.some(
    ({ input }) => input instanceof TabInputText && input.uri.toString() === uri.toString(),
  );
}
