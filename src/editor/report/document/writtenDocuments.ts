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

/** Documents of one run that open by themselves; the others are listed in the report's outline. */
const openedByThemselves = 3;
/** Documents over this size, in bytes, are shown as the files they are. */
const mostBytes = 4 * 1024 * 1024;

/** The documents that the code of one run opened, besides its report. */
export class WrittenDocuments implements Disposable {
  readonly #all: SavedDocument[] = [];
  readonly #shown = new Map<string, TextDocument>();
  readonly #onTrouble: (error: unknown) => void;
  #opening: Promise<void> = Promise.resolve();
  #disposed = false;

  /** @param onTrouble told, for the log, why one can't be shown. */
  constructor(onTrouble: (error: unknown) => void) {
    this.#onTrouble = onTrouble;
  }

  get all(): readonly SavedDocument[] {
    return this.#all;
  }

  /** One more was written. The first few open behind what is read, without taking the focus. */
  add(document: SavedDocument): void {
    this.#all.push(document);
    if (this.#all.length > openedByThemselves || document.bytes > mostBytes) return;
    this.#opening = this.#opening
      .then(async () => {
        // The editor itself makes a tab, in the background, for every unsaved document.
        if (!this.#disposed) await this.#open(document);
      })
      .catch((error: unknown) => this.#onTrouble(error));
  }

  /** Brings one to the front; false when it is none of this run's. */
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
    // It may have taken the name of one that was just closed, and its text.
    await setText(document, content);
    this.#shown.set(path, document);
    return document;
  }
}
