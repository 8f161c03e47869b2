import {
  commands,
  type Disposable,
  EndOfLine,
  Position,
  Range,
  Selection,
  type Tab,
  TabInputText,
  type TextDocument,
  type TextDocumentChangeEvent,
  TextDocumentChangeReason,
  TextEditorRevealType,
  ViewColumn,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode';
import { openUntitledMarkdown, withLineEnds } from '../../untitledMarkdown';
import { GrowingText } from './growingText';
import type { Growth } from './growth';
import { SavedCopies } from './savedCopies';

/** How long an empty document is left alone: it may be about to close, saved as a file. In ms. */
const emptyMs = 1_000;
/** How often it is tried to bring a document to the front. */
const revealAttempts = 3;

export interface GrowthListener {
  /** Path of the report's own file. */
  readonly spool: string;
  /** Somebody else edited the document, saved it as another one or closed it. */
  readonly onChange: () => void;
  /** Told of the document, and of each that it is saved as. */
  readonly onDocument: (document: TextDocument) => void;
}

/**
 * A Markdown document that grows at one place while its user may read, edit, save or close it. Visible
 * editors are edited themselves, without undo stops: so the editor's undo takes the user's last edit
 * together with what came after it, which is then put there again. A document that no editor shows takes
 * a workspace edit, which is all that works there.
 */
export class GrowingDocument implements Disposable {
  #document: TextDocument;
  #text: GrowingText;
  readonly #listeners: readonly Disposable[];
  readonly #copies: SavedCopies;
  readonly #listener: GrowthListener;
  #eol: EndOfLine;
  /** What an edit under way puts at the mark, with the document's line ends. */
  #coming: Growth | null = null;
  #closed = false;
  #emptyUntil = 0;
  /** While it is not known whether a tab that is gone was closed or saved as a file. */
  #leaving: Promise<void> | null = null;

  private constructor(document: TextDocument, from: number, listener: GrowthListener) {
    this.#document = document;
    this.#eol = document.eol;
    this.#text = new GrowingText(0, from);
    this.#listener = listener;
    this.#copies = new SavedCopies(listener.spool, () => ({
      document: this.#document,
      text: this.#text,
    }));
    listener.onDocument(document);
    this.#listeners = [
      workspace.onDidChangeTextDocument((event) => this.#follow(event)),
      workspace.onDidCloseTextDocument((closed) => {
        // Choosing another language closes and opens it, too.
        if (closed === this.#document && closed.isClosed) this.#leave();
      }),
      // The editor keeps a document for some minutes that was saved as another one.
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.some((tab) => isOf(tab, this.#document)) && !this.column) this.#leave();
      }),
    ];
  }

  /**
   * Opens one, empty and not shown yet. It is to be shown before it grows: of an unsaved document with text
   * and without a tab the editor itself opens one after a moment, in a group of its own choice.
   * @param from where its text will begin in the report file.
   */
  static async open(from: number, listener: GrowthListener): Promise<GrowingDocument> {
    return new GrowingDocument(await openUntitledMarkdown(''), from, listener);
  }

  get document(): TextDocument {
    return this.#document;
  }

  /** Resolves once it is known whether a vanished tab was closed or saved as a file. */
  async settled(): Promise<void> {
    await this.#leaving;
  }

  /** False once the user closed it, and it was not saved elsewhere. */
  get isOpen(): boolean {
    return !this.#closed;
  }

  get isVisible(): boolean {
    return this.#editor !== undefined;
  }

  /** How much of the report file is in here or in earlier documents, in bytes. */
  get bytes(): number {
    return this.#text.bytes;
  }

  get size(): { readonly characters: number; readonly lines: number } {
    const { line } = this.#document.positionAt(this.#text.at);
    return { characters: this.#text.at, lines: line };
  }

  /** Where the next text goes. */
  get end(): Position {
    return this.#document.positionAt(this.#text.at);
  }

  /** The line ends that make an empty line at the end. */
  get gap(): string {
    const { line, character } = this.end;
    if (character > 0) return '\n\n';
    return line > 0 && this.#document.lineAt(line - 1).text !== '' ? '\n' : '';
  }

  /** Appends a text. False when another edit came first or the document is closed; try again then. */
  async grow(growth: Growth): Promise<boolean> {
    if (this.#closed || this.#leaving || this.#document.isClosed) return false;
    if (this.#text.isEmptied && performance.now() < this.#emptyUntil) return false;
    const coming = withOwed(inLineEnds(this.#document, growth), this.#text.owed);
    this.#coming = coming;
    try {
      return (await this.#insert(textOf(coming))) && this.#coming === null;
    } catch {
      return false; // It was closed or hidden while the edit was on its way.
    } finally {
      this.#coming = null;
    }
  }

  /** Shows it in a group beside the active one, which keeps the focus. */
  async showBeside(): Promise<void> {
    await this.#show(columnBeside(), true);
  }

  /** Makes it a tab of that group, behind the active tab. */
  async showBehind(column: ViewColumn | undefined): Promise<void> {
    const options = { inactive: true, pinned: true, preserveFocus: true };
    // It counts the groups from 0.
    const group = column === undefined ? undefined : column - 1;
    try {
      await commands.executeCommand('_workbench.open', this.#document.uri, [group, options]);
    } catch {
      // Not part of the API. The editor itself opens a tab for it once there is text in it.
    }
  }

  /** Brings it to the front, at the heading of a section if that is still in here. */
  async reveal(section: number | null): Promise<void> {
    const offset = section === null ? undefined : this.#text.heading(section);
    // Something else, such as the answer, may come to the front at the same moment.
    for (let attempt = 0; attempt < revealAttempts && !this.#isInFront; attempt++) {
      await this.#show(this.column, false);
    }
    const editor = this.#editor;
    if (offset === undefined || !editor) return;
    const at = this.#document.positionAt(offset);
    editor.selection = new Selection(at, at);
    editor.revealRange(new Range(at, at), TextEditorRevealType.AtTop);
  }

  /** The offset of a section's heading; undefined when it is not in here. */
  headingOffset(section: number): number | undefined {
    return this.#text.heading(section);
  }

  /** The group of its tab; undefined when it has none. */
  get column(): ViewColumn | undefined {
    const groups = window.tabGroups.all;
    return groups.find(({ tabs }) => tabs.some((tab) => isOf(tab, this.#document)))?.viewColumn;
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#copies.dispose();
  }

  get #isInFront(): boolean {
    return window.activeTextEditor?.document === this.#document;
  }

  get #editor() {
    return window.visibleTextEditors.find(({ document }) => document === this.#document);
  }

  async #insert(text: string): Promise<boolean> {
    const at = this.end;
    const editor = this.#editor;
    if (editor) {
      const noStops = { undoStopBefore: false, undoStopAfter: false };
      return editor.edit((builder) => builder.insert(at, text), noStops);
    }
    const edit = new WorkspaceEdit();
    edit.insert(this.#document.uri, at, text);
    return workspace.applyEdit(edit);
  }

  async #show(viewColumn: ViewColumn | undefined, preserveFocus: boolean) {
    try {
      const where = viewColumn === undefined ? {} : { viewColumn };
      return await window.showTextDocument(this.#document, {
        ...where,
        preserveFocus,
        preview: false,
      });
    } catch (error) {
      // The editor also rejects when another tab came to the front meanwhile. Then the tab exists.
      if (this.column === undefined && !this.#document.isClosed) throw error;
      return null;
    }
  }

  #follow({ document, contentChanges, reason }: TextDocumentChangeEvent): void {
    if (document !== this.#document) return;
    // The editor reports changed line ends as a change of the whole text.
    if (document.eol !== this.#eol) {
      this.#followLineEnds();
      return;
    }
    if (contentChanges.length === 0) return;
    const coming = this.#coming;
    const [change, more] = contentChanges;
    const { at } = this.#text;
    if (
      coming !== null &&
      reason === undefined &&
      more === undefined &&
      change?.rangeOffset === at &&
      change.rangeLength === 0 &&
      change.text === textOf(coming)
    ) {
      this.#coming = null;
      this.#text.put(change.text, coming.bytes);
      this.#markHeadings(coming, at);
    } else {
      if (change && reason === undefined && isEmpty(document)) {
        this.#text.empty(change.rangeLength);
        this.#emptyUntil = performance.now() + emptyMs;
      } else {
        this.#text.follow(contentChanges, sourceOf(reason));
      }
      this.#listener.onChange();
    }
  }

  /** Moves all offsets when the user changed the line ends. */
  #followLineEnds(): void {
    const { eol } = this.#document;
    this.#eol = eol;
    const longer = eol === EndOfLine.CRLF ? 1 : -1;
    this.#text.moveAll((offset) => {
      let [low, high] = [0, this.#document.lineCount - 1];
      while (low < high) {
        const line = Math.ceil((low + high) / 2);
        const before = this.#document.offsetAt(new Position(line, 0)) - longer * line;
        if (before <= offset) low = line;
        else high = line - 1;
      }
      return offset + longer * low;
    });
  }

  #markHeadings({ pieces }: Growth, at: number): void {
    let offset = at;
    for (const { section, text } of pieces) {
      if (section !== null) this.#text.markHeading(section, offset);
      offset += text.length;
    }
  }

  /** Its tab is gone. It was closed, or "Save as" turned it into another document, in which it continues. */
  #leave(): void {
    this.#leaving ??= this.#findCopy().finally(() => {
      this.#leaving = null;
      this.#listener.onChange();
    });
  }

  async #findCopy(): Promise<void> {
    const old = this.#document;
    const copy = await this.#copies.of((saved) => this.#goOnIn(saved));
    if (!copy) {
      // It may have been moved to another group.
      this.#closed = old.isClosed || this.column === undefined;
      return;
    }
    this.#document = copy;
    this.#eol = copy.eol;
    this.#listener.onDocument(copy);
  }

  /** False when the document was not saved as this one. */
  #goOnIn(saved: TextDocument): boolean {
    const twin = this.#copies.twin(saved);
    if (twin) this.#text = twin;
    return twin !== null || this.#text.goOnIn(saved.getText());
  }
}

function isEmpty({ lineCount, lineAt }: TextDocument): boolean {
  return lineCount === 1 && lineAt(0).text === '';
}

function isOf({ input }: Tab, { uri }: TextDocument): boolean {
  return input instanceof TabInputText && input.uri.toString() === uri.toString();
}

function textOf({ pieces }: Growth): string {
  return pieces.map(({ text }) => text).join('');
}

/** The growth, after the white space that the editor trimmed when it saved the document. */
function withOwed({ pieces, bytes }: Growth, owed: string): Growth {
  return { pieces: owed === '' ? pieces : [{ section: null, text: owed }, ...pieces], bytes };
}

function inLineEnds(document: TextDocument, { pieces, bytes }: Growth): Growth {
  const own = pieces.map(({ section, text }) => ({ section, text: withLineEnds(document, text) }));
  return { pieces: own, bytes };
}

/** A group other than the active one, so that nothing the user reads is hidden. */
function columnBeside(): ViewColumn {
  const { all, activeTabGroup } = window.tabGroups;
  if (all.length === 1 && activeTabGroup.tabs.length === 0) return ViewColumn.Active;
  return all.findLast((group) => group !== activeTabGroup)?.viewColumn ?? ViewColumn.Beside;
}

function sourceOf(reason: TextDocumentChangeReason | undefined) {
  if (reason === TextDocumentChangeReason.Undo) return 'undo';
  return reason === TextDocumentChangeReason.Redo ? 'redo' : 'user';
}
