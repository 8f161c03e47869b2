import type { GrepMatch, GrepResult, RepositoryPath } from '../repository';
import { countCodePoints } from '../text/lines';
import { cutLine } from './cutLine';
import { beginPath, type EventLines, eventLines, grepEventType } from './grepEvents';

/** The most UTF-16 units of all lines of a search; the rest is cut off, whatever the number of matches. */
const mostText = 16 * 1024 * 1024;

/** Collects ripgrep's events until there are enough matches. */
export class FoundLines {
  readonly #maxCount: number;
  readonly #lines: GrepMatch[] = [];
  /** The file of the current events; null when it is skipped. */
  #path: RepositoryPath | null = null;
  #total = 0;
  #text = 0;
  #truncated = false;

  constructor(maxCount: number) {
    this.#maxCount = maxCount;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  /** Takes an event; false when no more are wanted. `pathOf` returns null for a file to skip. */
  add(record: Buffer, pathOf: (bytes: Buffer) => RepositoryPath | null): boolean {
    const type = grepEventType(record);
    if (type === 'begin') {
      this.#path = pathOf(beginPath(record));
    } else if (type === 'end') {
      this.#path = null;
    } else if (type !== null && this.#path !== null) {
      if (type === 'match') this.#total += 1;
      this.#truncated = this.#total > this.#maxCount || this.#text > mostText;
      if (!this.#truncated) {
        const line = grepMatch(this.#path, type, eventLines(record));
        this.#text += line.text.length;
        this.#lines.push(line);
      }
    }
    return !this.#truncated;
  }

  result(): GrepResult {
    const matches = this.#lines.sort((a, b) =>
      a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1,
    );
    return { matches, total: this.#total, truncated: this.#truncated };
  }
}

function grepMatch(
  path: RepositoryPath,
  type: 'match' | 'context',
  { text, line, start }: EventLines,
): GrepMatch {
  // The byte order mark is not part of the first line.
  const mark = line === 1 && text.startsWith('\uFEFF') ? 1 : 0;
  const focus = Math.max(0, start - mark);
  const clean = text.slice(mark).replaceAll('\r\n', '\n').replace(/\n$/, '');
  const column = type === 'match' ? countCodePoints(text.slice(mark, mark + focus)) + 1 : 0;
  return { path, line, column, text: cutLine(clean, focus) };
}
