/** How much of a report goes into one document. */
export interface PartLimits {
  /** UTF-16 units. */
  readonly characters: number;
  readonly lines: number;
}

/**
 * Far below what VS Code can show (it stops colouring documents at 20 Mi characters or 300,000 lines, and
 * synchronizing them at 50 Mi), because its Markdown support parses all of a visible document in the extension
 * host after each change. Measured with a growing document: at 4 MB this took seconds each time and over 1 GB of
 * memory, at 1 MB 340 MB of memory.
 */
export const defaultPartLimits: PartLimits = { characters: 256 * 1024, lines: 10_000 };

/** The size of a document. */
export interface PartSize {
  readonly characters: number;
  readonly lines: number;
}

/**
 * How much of a text still goes into a document; the rest begins the next one. The last eighth of a document
 * ends with a section if it can, else with a line; only an eighth later within a line.
 * @param headings offsets of the sections in the text, ascending.
 */
export function partEnd(
  text: string,
  headings: readonly number[],
  { characters, lines }: PartSize,
  limits: PartLimits,
): number {
  const early = Math.min(
    Math.floor((limits.characters * 7) / 8) - characters,
    lengthOfLines(text, Math.floor((limits.lines * 7) / 8) - lines),
  );
  const ends: number[] = [];
  const heading = headings.find((offset) => characters + offset > 0 && offset > early);
  if (heading !== undefined) ends.push(heading);
  const fits =
    characters + text.length <= limits.characters && lines + lineCount(text) <= limits.lines;
  if (fits) return heading ?? text.length;
  const line = text.indexOf('\n', Math.max(0, limits.characters - characters - 1));
  if (line >= 0) ends.push(line + 1);
  if (lines + lineCount(text) > limits.lines) ends.push(lengthOfLines(text, limits.lines - lines));
  ends.push(withoutHalf(text, Math.floor((limits.characters * 9) / 8) - characters), text.length);
  const end = Math.max(0, Math.min(...ends));
  return characters + end > 0 ? end : withoutHalf(text, 1);
}

/** The offset, moved if it is in the middle of a character. */
function withoutHalf(text: string, offset: number): number {
  return /[\uD800-\uDBFF]/.test(text[offset - 1] ?? '') ? offset + 1 : offset;
}

/** The number of line ends in a text. */
export function lineCount(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** The length of the first lines of a text, with their line ends; of the whole text if it has no more. */
function lengthOfLines(text: string, lines: number): number {
  let length = 0;
  for (let count = 0; count < lines; count++) {
    const end = text.indexOf('\n', length);
    if (end < 0) return text.length;
    length = end + 1;
  }
  return length;
}
