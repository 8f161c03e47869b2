/** Makes what stands in a reply the program that it means. */

/** Code as it is, but for how it stands in the reply: its line ends, its quote marks, its indentation. */
export function plainCode(body: string, quoted = false): string {
  let code = body.replace(/\r\n?/g, '\n').replace(/\n[ \t]+$/, '\n');
  if (quoted) code = code.replace(/^[ \t]*(?:>[ \t]?)+/gm, '');
  // The module that Gemini's tools are said to be in.
  return dedented(withoutPrompts(code)).replace(/\bdefault_api\./g, '');
}

/**
 * What code may mean that does not compile: with invisible characters, typographic quotes and HTML's entities
 * put right. Only for such code, so that strings stay as they are.
 */
export function mended(code: string): readonly string[] {
  const readings: string[] = [];
  const add = (reading: string) => {
    if (reading !== code && !readings.includes(reading)) readings.push(reading);
  };
  const visible = code.replace(/\p{Cf}/gu, '').replace(/\p{Zs}/gu, ' ');
  add(visible);
  add(visible.replace(/[“”„‟«»″＂]/g, '"').replace(/[‘’‚‛′＇]/g, "'"));
  add(visible.replace(/[“”„‟«»″＂]/g, '"'));
  add(unescapedHtml(visible));
  add(unescapedLines(visible));
  add(dedentedTogether(visible));
  return readings;
}

/** Without the indentation of its first line, which no line needs to have. */
export function dedented(code: string): string {
  const indent = /^(?:[ \t]*\n)*([ \t]+)\S/.exec(code)?.[1];
  if (indent === undefined) return code;
  return code
    .split('\n')
    .map((line) => line.slice(sharedLength(line, indent)))
    .join('\n');
}

function sharedLength(line: string, indent: string): number {
  let length = 0;
  while (length < indent.length && line[length] === indent[length]) length++;
  return length;
}

/** The first line stands behind a label or a list's mark, and the others are indented. */
function dedentedTogether(code: string): string {
  const newline = code.indexOf('\n');
  if (newline < 0 || /^[ \t]/.test(code)) return code;
  return code.slice(0, newline + 1) + dedented(code.slice(newline + 1));
}

const prompt = /^[ \t]*(?:>>>|\.\.\.|In \[\d*\]:|\.{3,}:)(?:[ \t]|$)/;
const beginsWithPrompt = /^\s*(?:>>>|In \[\d*\]:)(?:[ \t]|$)/;

/**
 * The code of an interactive session up to its first output, which the model has made up: what it would have
 * written after the real one is not known.
 */
function withoutPrompts(code: string): string {
  if (!beginsWithPrompt.test(code)) return code;
  const lines = code.trimStart().split('\n');
  const end = lines.findIndex((line) => line.trim() !== '' && !prompt.test(line));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .map((line) => line.replace(prompt, ''))
    .join('\n');
}

/** Without the paragraphs of prose at the end of a fence that was not closed. */
export function withoutProse(code: string): string {
  let rest = code.trimEnd();
  const before = rest;
  for (let count = 0; count < 10; count++) {
    const start = rest.lastIndexOf('\n\n') + 1;
    if (start === 0 || !/^\s*[A-Z][\w'’]*,? [a-z][^=\n]*[.:!?…](?:\s|$)/.test(rest.slice(start)))
      break;
    rest = rest.slice(0, start).trimEnd();
  }
  return rest === before ? code : `${rest}\n`;
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&#34;': '"',
  '&nbsp;': ' ',
  '&amp;': '&',
};

function unescapedHtml(code: string): string {
  return code.replace(
    /&(?:lt|gt|quot|apos|#39|#34|nbsp|amp);/g,
    (entity) => entities[entity] ?? entity,
  );
}

/** Of code in JSON that was escaped twice, so that it is all one line. */
function unescapedLines(code: string): string {
  if (code.trim().includes('\n')) return code;
  return code.replace(/\\(["'nt\\])/g, (_, char: string) => ({ n: '\n', t: '\t' })[char] ?? char);
}
