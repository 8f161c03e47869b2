import { harmless } from '../ground/drawable';
import { fenceAfter } from '../ground/markdown/fenceAfter';
import type { Look } from './look';

/**
 * An answer for a terminal or a pipe: the Markdown as it is, without control characters; on a terminal
 * with colours, headings, code and bold words stand out. No character of the text is changed by that.
 */
export function answerText(markdown: string, look: Look): string {
  let fence = '';
  const lines = harmless(markdown)
    .trimEnd()
    .split('\n')
    .map((line) => {
      const before = fence;
      fence = fenceAfter(line, before);
      if (fence !== before) return look.dim(line);
      return fence === '' ? styledLine(line, look) : line;
    });
  return `${lines.join('\n')}\n`;
}

function styledLine(line: string, look: Look): string {
  if (/^#{1,6} /.test(line)) return look.bold(line);
  if (line.startsWith('>')) return look.dim(line);
  return line.replaceAll(/`[^`]+`|\*\*[^*]+\*\*/g, (span) =>
    span.startsWith('`') ? look.accent(span) : look.bold(span),
  );
}
