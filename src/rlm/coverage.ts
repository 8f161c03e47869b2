import type { CoverageCounts } from './request';

/** Texts shorter than this say nothing about where a prompt got them. */
const fingerprintLength = 40;

/** Which files a run has seen, from rough to close. */
export class Coverage {
  readonly #listed = new Set<string>();
  readonly #matched = new Set<string>();
  readonly #read = new Set<string>();
  readonly #sent = new Set<string>();
  /** The first telling line of each text that was read and of each line that matched. */
  readonly #fingerprints = new Map<string, string>();

  listed(paths: Iterable<string>): void {
    for (const path of paths) this.#listed.add(path);
  }

  matched(path: string, text: string): void {
    this.#matched.add(path);
    this.#remember(path, text);
  }

  counted(paths: Iterable<string>): void {
    for (const path of paths) this.#matched.add(path);
  }

  read(path: string, text: string): void {
    this.#read.add(path);
    this.#remember(path, text);
  }

  /** Finds out which files a prompt has text of. */
  sent(prompt: string): void {
    for (const line of prompt.split('\n')) {
      const path = this.#fingerprints.get(line.trim());
      if (path !== undefined) this.#sent.add(path);
    }
    for (const [, path] of prompt.matchAll(/^=== (.+):\d+-\d+ ===$/gm)) {
      if (path !== undefined && this.#read.has(path)) this.#sent.add(path);
    }
  }

  counts(filesTotal: number): CoverageCounts {
    return {
      filesTotal,
      filesListed: this.#listed.size,
      filesMatched: this.#matched.size,
      filesRead: this.#read.size,
      filesSentToModels: this.#sent.size,
    };
  }

  #remember(path: string, text: string): void {
    for (const line of text.split('\n', 200)) {
      const key = line.trim();
      if (key.length >= fingerprintLength) {
        if (!this.#fingerprints.has(key)) this.#fingerprints.set(key, path);
        return;
      }
    }
  }
}
