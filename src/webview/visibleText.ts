/**
 * A text of a model or a repository for a `<pre>`. Control characters and those that reorder or hide text become
 * their codes in brackets; lines and tabs stay.
 */
export function visibleText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .toWellFormed()
    .replaceAll(acting, (character) => `⟨${code(character)}⟩`);
}

const acting = /[[\p{Cc}\p{Bidi_Control}\u2060\u200b\ufeff]--[\t\n]]/gv;

function code(character: string): string {
  if (character === '\u001b') return 'ESC';
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
