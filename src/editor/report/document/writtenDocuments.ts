import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  commands,
  type Disposable,
  languages,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { SavedDocument } from '../../../rlm/report/savedDocuments';
import { setText } from '../../untitledMarkdown';
import { languageFor } from './documentLanguage';

/** How many documents of a run open by themselves; the report's outline lists all. */
const openedByThemselves = 3;
/** Larger documents, in bytes, are opened as files. */
const mostBytes = 4 * 1024 * 1024;

/** The documents that the code of a run opened, besides its report. */
export class WrittenDocuments implements Disposable {
  readonly #all: SavedDocument[] = [];
  readonly #shown = new Map<string, TextDocument>();
  readonly #onTrouble: (error: unknown) => void;
  #opening: Promise<void> = Promise.resolve();
  #disposed = false;

  /** @param onTrouble called, for the log, with the reason why one can't be shown. */
  constructor(onTrouble: (error: unknown) => void) {
    this.#onTrouble = onTrouble;
  }

  get all(): readonly SavedDocument[] {
    return this.#all;
  }

  /** Takes a written document. The first few open in the background. */
  add(document: SavedDocument): void {
    this.#all.push(document);
    if (this.#all.length > openedByThemselves || document.bytes > mostBytes) return;
    this.#opening = this.#opening
      .then(async () => {
        // The editor makes a background tab for every untitled document.
        if (!this.#disposed) await this.#open(document);
      })
      .catch((error: unknown) => this.#onTrouble(error));
  }

  /** Brings a document to the front; false when it is not of this run. */
  async show(path: string): Promise<boolean> {
    const document = this.#all.find((one) => one.path === path);
    if (!document) return false;
    await this.#opening;
    if (document.bytes > mostBytes) {
      await commands.executeCommand('vscode.open', Uri.file(path));
    } else {
      const open = this.#shown.get(path);
      const shown = open && !open.isClosed ? open : await this.#open(document);
      await window.showTextDocument(shown, { preview: false });
    }
    return true;
  }

  dispose(): void {
    this.#disposed = true;
  }

  async #open({ path, language }: SavedDocument): Promise<TextDocument> {
    const content = await readFile(path, 'utf8');
    const known = await languages.getLanguages();
    const document = await workspace.openTextDocument({
      language: languageFor(language, extname(path), known),
      content,
    });
    // It may have got the name, and so the text, of a document that was just closed.
    await setText(document, content);
    this.#shown.set(path, document);
    return document;
  }
}
