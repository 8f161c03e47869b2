import ansiRegex from 'ansi-regex';

/**
 * Text of models and repositories, made harmless for a terminal or a view: without escape sequences,
 * control characters and the invisible characters that reorder or hide text. Lines and tabs stay.
 */
export function harmless(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(escapeSequences, '')
    .replaceAll(controls, '')
    .toWellFormed();
}

/**
 * One line of a text that is kept, without what acts on a terminal or is not seen: escape sequences, control
 * characters, those that reorder or hide text. What joins letters and emoji stays.
 */
export function withoutHidden(line: string): string {
  if (!hidden.test(line)) return line;
  return line.replaceAll(escapeSequences, '').replaceAll(controls, '').replaceAll(unseen, '');
}

/** Harmless text on one line, with only characters whose width terminals agree on. */
export function drawable(text: string): string {
  // The usual case: views call this for every node of a run.
  if (plainLine.test(text)) return text;
  return harmless(text).replaceAll(unsteady, '').replaceAll(/\s+/g, ' ').trim();
}

/** Like `drawable`, for texts that may be huge: reads only the start, and returns at most `most` UTF-16 units. */
export function drawableStart(text: string, most: number): string {
  const line = drawable(text.slice(0, 4 * most));
  if (line.length <= most) return line;
  return `${line.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Sequences that set colours, move the cursor, or carry texts to a terminal's title or clipboard. */
const escapeSequences = ansiRegex();

/** One line of printable ASCII, with single spaces between its words. */
const plainLine = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/** Control characters other than tab and line feed, and those that set the direction of writing. */
const controls = /[[\p{Cc}\p{Bidi_Control}]--[\t\n]]/gv;

/** Invisible characters that join nothing: zero-width ones, tags, and fillers. */
const unseen =
  /[\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Matches a line that has any of these. */
const hidden = new RegExp(`${controls.source}|${unseen.source}`, 'v');

/** Format characters (zero-width joiners and their like) and variation selectors. */
const unsteady = /\p{Cf}|[\ufe00-\ufe0f]/gu;
