import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readOwnText } from '../../ground/regularFile';
import { replaceFile } from '../../ground/replaceFile';

/** A view's state has some kilobytes. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Keeps the view's state in a file. VS Code keeps the state of views, too, but writes it when the window ends,
 * and loses it when the window ends abruptly.
 */
export class ViewStateFile {
  readonly #folder: string;
  #next: string | null = null;
  #writing: Promise<void> | null = null;

  /** @param folder made if missing */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get #path(): string {
    return join(this.#folder, 'view.json');
  }

  /** The last state; empty when there is none. */
  async read(): Promise<string> {
    await this.#writing;
    return readOwnText(this.#path, mostBytes, 'mine').catch(() => '');
  }

  /** Keeps a state. Of several that come while one is written, keeps the newest. Losing one does not matter. */
  async keep(state: string): Promise<void> {
    this.#next = state;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
    await this.#writing;
  }

  async #write(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      while (this.#next !== null) {
        const state = this.#next;
        this.#next = null;
        await replaceFile(this.#path, state);
      }
    } catch {
      this.#next = null;
    }
  }
}
