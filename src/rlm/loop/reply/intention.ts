import { headline } from '../../completion/headline';

/** What the model said it would do, on one line: the last sentence before its code, or else the code. */
export function intention(prose: string, code: string): string {
  const paragraph = prose.split(/\n\s*\n/).at(-1) ?? '';
  const plain = paragraph
    .replace(/^[#>*\-\s]+/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (plain) return headline(plain);
  const line = code
    .split('\n')
    .find((text) => /\S/.test(text) && !/^\s*(#|import |from )/.test(text));
  return headline(line?.trim() ?? 'Run code');
}
