import { type Disposable, type TextDocument, workspace } from 'vscode';
import type { GrowingText } from './growingText';

/** How long after a save an untitled document that closes can have been the saved one, in ms. */
const saveAsMs = 10_000;
/** How long the editor may take to open the saved file, in ms. */
const openMs = 1_000;

/** A document that may be saved as a file. */
export interface SavedOriginal {
  readonly document: TextDocument;
  readonly text: GrowingText;
}

/** A document that once had the same text: the editor copies it there before it trims and saves it. */
interface Twin {
  readonly document: TextDocument;
  /** The text of both. */
  readonly text: string;
  /** The original's state of that moment. */
  readonly growing: GrowingText;
}

/** Finds the file that a document was just saved as, which the editor does not tell. */
export class SavedCopies implements Disposable {
  readonly #original: () => SavedOriginal;
  #twin: Twin | null = null;
  readonly #saved = new Map<TextDocument, number>();
  readonly #listeners: readonly Disposable[];
  readonly #waiting = new Set<() => void>();

  /** @param except path of a file that does not count, though it has the same text. */
  constructor(except: string, original: () => SavedOriginal) {
    this.#original = original;
    const isNone = (document: TextDocument) =>
      document.isUntitled || document.uri.fsPath === except;
    const note = (document: TextDocument) => {
      if (isNone(document)) return;
      this.#compare(document);
      this.#saved.set(document, performance.now());
      for (const look of this.#waiting) look();
    };
    this.#listeners = [
      workspace.onDidSaveTextDocument(note),
      workspace.onDidOpenTextDocument(note),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (!isNone(document)) this.#compare(document);
      }),
      workspace.onDidCloseTextDocument((document) => {
        this.#saved.delete(document);
        if (this.#twin?.document === document) this.#twin = null;
      }),
    ];
  }

  /**
   * The file that a document with a vanished tab was saved as; null when there is none.
   * @param is recognizes it by its text.
   */
  of(is: (document: TextDocument) => boolean): Promise<TextDocument | null> {
    const find = () => {
      const since = performance.now() - saveAsMs;
      for (const [document, at] of this.#saved) {
        if (at >= since && !document.isClosed && is(document)) return document;
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

  /** The original's state when a document had the same text; null if it never had, or the original has changed. */
  twin(document: TextDocument): GrowingText | null {
    if (this.#twin?.document !== document) return null;
    const { text, growing } = this.#twin;
    if (!growing.trim(text, document.getText())) return null;
    this.#twin = null;
    return growing;
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
  }

  #compare(document: TextDocument): void {
    const { document: original, text } = this.#original();
    if (document === original || !mayBeSame(document, original)) return;
    const both = document.getText();
    if (both !== original.getText()) return;
    this.#twin = { document, text: both, growing: text.fork() };
  }
}

/** Compares without copying the texts: this runs with every key the user presses. */
function mayBeSame(one: TextDocument, other: TextDocument): boolean {
  const last = one.lineCount - 1;
  // Empty documents don't count: a document is empty for a moment after it was saved as a file.
  if (last === 0 && one.lineAt(0).text === '') return false;
  return (
    one.lineCount === other.lineCount &&
    one.lineAt(0).text === other.lineAt(0).text &&
    one.lineAt(last).text === other.lineAt(last).text
  );
}
