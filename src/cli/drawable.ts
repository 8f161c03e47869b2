import { stripVTControlCharacters } from 'node:util';

/**
 * Text of models and repositories, made harmless for a terminal: without escape sequences, control
 * characters and the invisible characters that reorder or hide text. Lines and tabs stay.
 */
export function harmless(text: string): string {
  return stripVTControlCharacters(text.replaceAll('\r\n', '\n'))
    .replaceAll(controls, '')
    .toWellFormed();
}

/** The same on one line, of characters whose width terminals agree on. */
export function drawable(text: string): string {
  return harmless(text).replaceAll(unsteady, '').replaceAll(/\s+/g, ' ').trim();
}

/** Control characters but for tab and line feed, and those that set the direction of writing. */
const controls = /[[\p{Cc}\p{Bidi_Control}]--[\t\n]]/gv;

/** Format characters (zero-width joiners and their like) and variation selectors. */
const unsteady = /\p{Cf}|[\ufe00-\ufe0f]/gu;
