import { type Disposable, type TextDocument, workspace } from 'vscode';

/** How long after a document was saved an unsaved one that closes can have been the same, in ms. */
const saveAsMs = 10_000;
/** How long the editor may take to open the file that it saved a document as, in ms. */
const openMs = 1_000;

/** A file, and which of a document's texts it has. */
export interface SavedCopy<Text> {
  readonly document: TextDocument;
  readonly text: Text;
}

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
   * The file with one of the texts that a document had before its tab was closed; null when it was not
   * saved as one. @param earlier its texts, from the last one back: it may have grown while it was saved.
   */
  of<Text extends { readonly text: string }>(
    earlier: () => Iterable<Text>,
  ): Promise<SavedCopy<Text> | null> {
    const find = () => {
      const since = performance.now() - saveAsMs;
      for (const [document, at] of this.#saved) {
        if (at < since || document.isClosed) continue;
        const saved = document.getText();
        for (const text of earlier()) {
          if (text.text === saved || comparable(text.text) === comparable(saved)) {
            return { document, text };
          }
        }
      }
      return null;
    };
    return new Promise((resolve) => {
      const look = () => {
        const found = find();
        if (found) end(found);
      };
      const end = (found: SavedCopy<Text> | null) => {
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

/** The text but for what editors may change when they save: line ends, white space at line ends. */
function comparable(text: string): string {
  return text.replace(/[ \t]*\r?\n/g, '\n').trimEnd();
}
