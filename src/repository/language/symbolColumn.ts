import { RepositoryError } from '../repository';

/** How many lines around the given one are searched, for a better message. */
const nearby = 5;

/**
 * The 1-based column of a symbol's first occurrence as a whole word, in UTF-16 units; of its last part if it is written
 * like `Class.method`.
 * @param lines of the file.
 * @throws {RepositoryError} `bad-argument` when it is not there, with the nearest line that has it.
 */
export function symbolColumn(lines: readonly string[], line: number, symbol: string): number {
  const wanted = symbol.trim();
  const text = lines[line - 1];
  if (text === undefined) {
    throw new RepositoryError(
      'bad-argument',
      `There is no line ${line}: the file has ${lines.length}.`,
    );
  }
  const column = columnIn(text, wanted);
  if (column !== null) return column;
  const shown = JSON.stringify(wanted);
  for (let distance = 1; distance <= nearby; distance += 1) {
    for (const other of [line - distance, line + distance]) {
      const near = lines[other - 1];
      if (near !== undefined && columnIn(near, wanted) !== null) {
        const message = `${shown} is not in line ${line}, but in line ${other}: ${near.trim()}`;
        throw new RepositoryError('bad-argument', message);
      }
    }
  }
  const message = `${shown} is not in line ${line}, which is: ${text.trim().slice(0, 200)}`;
  throw new RepositoryError('bad-argument', message);
}

function columnIn(text: string, symbol: string): number | null {
  const last = symbol.split(/[.:#]+/).at(-1) ?? '';
  for (const [word, offset] of [
    [symbol, symbol.length - last.length],
    [last, 0],
  ] as const) {
    if (word === '') continue;
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}_$])${word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}_$])`,
      'u',
    );
    const found = pattern.exec(text);
    if (found) return found.index + offset + 1;
  }
  return null;
}
