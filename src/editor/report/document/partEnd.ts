/** How much of a report goes into one document. */
export interface PartLimits {
  /** UTF-16 units. */
  readonly characters: number;
  readonly lines: number;
}

/**
 * Far below what VS Code can take (it stops colouring documents of 20 Mi characters or 300,000 lines, and
 * synchronising them at 50 Mi): its own Markdown support parses all of a visible document in the extension
 * host after it changed. Measured with one that grows: of 4 MB seconds each time, and over 1 GB of memory;
 * of 1 MB 340 MB of memory.
 */
export const defaultPartLimits: PartLimits = { characters: 256 * 1024, lines: 10_000 };

/** What is in a document already. */
export interface PartSize {
  readonly characters: number;
  readonly lines: number;
}

/**
 * How much of a text still goes into a document; the rest begins the next one. In the last eighth of a
 * document it ends where a section does, then at a line end, and in a line only an eighth later.
 * @param headings offsets in the text where sections begin, ascending.
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

/** An offset that is not in the middle of a character. */
function withoutHalf(text: string, offset: number): number {
  return /[\uD800-\uDBFF]/.test(text[offset - 1] ?? '') ? offset + 1 : offset;
}

/** Lines in a text: line ends. */
export function lineCount(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Length of the first lines of a text, with their line ends; of all of it when it has no more. */
function lengthOfLines(text: string, lines: number): number {
  let length = 0;
  for (let count = 0; count < lines; count++) {
    const end = text.indexOf('\n', length);
    if (end < 0) return text.length;
    length = end + 1;
  }
  return length;
}
