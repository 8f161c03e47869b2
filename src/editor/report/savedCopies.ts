import { type Disposable, type TextDocument, workspace } from 'vscode';

/** How long after a document was saved an unsaved one that closes can have been the same, in ms. */
const saveAsMs = 10_000;
/** How long the editor may take to open the file that it saved a document as, in ms. */
const openMs = 1_000;

/** Finds the file that an unsaved document was just saved as, for the editor does not tell. */
export class SavedCopies implements Disposable {
  readonly #saved = new Map<TextDocument, number>();
  readonly #listeners: readonly Disposable[];
  readonly #waiting = new Set<() => void>();

  /** @param except path of a file that is none, though it has the same text. */
  constructor(except: string) {
    const note = (document: TextDocument) => {
      if (document.isUntitled || document.uri.fsPath === except) return;
      this.#saved.set(document, performance.now());
      for (const look of this.#waiting) look();
    };
    this.#listeners = [
      workspace.onDidSaveTextDocument(note),
      workspace.onDidOpenTextDocument(note),
      workspace.onDidCloseTextDocument((document) => this.#saved.delete(document)),
    ];
  }

  /**
   * The file that a document was saved as whose tab is gone; null when there is none.
   * @param is tells it by its text.
   */
  of(is: (text: string) => boolean): Promise<TextDocument | null> {
    const find = () => {
      const since = performance.now() - saveAsMs;
      for (const [document, at] of this.#saved) {
        if (at >= since && !document.isClosed && is(document.getText())) return document;
      }
      return null;
    };
    return new Promise((resolve) => {
      const look = () => {
        const found = find();
        if (found) end(found);
      };
      const end = (found: TextDocument | null) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => end(null), openMs);
      this.#waiting.add(look);
      look();
    });
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
  }
}
