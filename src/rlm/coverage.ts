import type { SeenFile } from '../trajectory/events';
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
  /** Places of which prompts had text, each once. */
  readonly #sentPlaces = new Set<string>();
  #news: SeenFile[] = [];

  listed(paths: Iterable<string>): void {
    for (const path of paths) this.#add('listed', this.#listed, path);
  }

  /** A line of that file matched. */
  matched(path: string, text: string, line: number): void {
    this.#add('matched', this.#matched, path, line);
    this.#remember(path, text);
  }

  counted(paths: Iterable<string>): void {
    for (const path of paths) this.#add('matched', this.#matched, path);
  }

  /** Lines were read; 1-based, inclusive. */
  read(path: string, text: string, start: number, end: number): void {
    this.#read.add(path);
    this.#news.push({ path, how: 'read', start, end });
    this.#remember(path, text);
  }

  /** Finds out which files a prompt has text of. */
  sent(prompt: string): void {
    for (const line of prompt.split('\n')) {
      const path = this.#fingerprints.get(line.trim());
      if (path !== undefined) this.#add('sent', this.#sent, path);
    }
    for (const [, path, start, end] of prompt.matchAll(/^=== (.+):(\d+)-(\d+) ===$/gm)) {
      if (path !== undefined && this.#read.has(path)) {
        this.#sent.add(path);
        this.#sentLines(path, Number(start), Number(end));
      }
    }
  }

  /** What was seen since this was called last, and not so before. For the events of the run. */
  takeNews(): readonly SeenFile[] {
    const news = this.#news;
    this.#news = [];
    return news;
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

  #add(how: SeenFile['how'], paths: Set<string>, path: string, line?: number): void {
    if (paths.has(path)) return;
    paths.add(path);
    this.#news.push({ path, how, ...(line === undefined ? {} : { start: line, end: line }) });
  }

  #sentLines(path: string, start: number, end: number): void {
    const place = `${path}:${start}-${end}`;
    if (this.#sentPlaces.has(place)) return;
    this.#sentPlaces.add(place);
    this.#news.push({ path, how: 'sent', start, end });
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
