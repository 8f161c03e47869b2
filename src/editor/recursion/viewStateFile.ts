import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOwnText } from '../../ground/regularFile';

/** A view says some kilobytes of itself. */
const mostBytes = 4 * 1024 * 1024;

/**
 * What the view says of itself, kept in a file. VS Code keeps the state of views, too, but writes it with
 * the window's own when that ends, and forgets it when the window ends abruptly.
 */
export class ViewStateFile {
  readonly #folder: string;
  #next: string | null = null;
  #writing: Promise<void> | null = null;

  /** @param folder made when it is missing */
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

  /** Keeps a state, the newest where several come while one is written. Losing one matters to nobody. */
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
        await writeFile(`${this.#path}.new`, state, { mode: 0o600 });
        await rename(`${this.#path}.new`, this.#path);
      }
    } catch {
      this.#next = null;
    }
  }
}
