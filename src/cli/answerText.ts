import { harmless } from '../ground/drawable';
import type { Look } from './look';

/**
 * An answer for a terminal or a pipe: the Markdown as it is, without control characters; on a terminal
 * with colours, headings, code and bold words stand out. No character of the text is changed by that.
 */
export function answerText(markdown: string, look: Look): string {
  let fence: string | null = null;
  const lines = harmless(markdown)
    .trimEnd()
    .split('\n')
    .map((line) => {
      const mark: string | undefined = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence !== null) {
        if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
        return fence === null ? look.dim(line) : line;
      }
      if (mark !== undefined) {
        fence = mark;
        return look.dim(line);
      }
      return styledLine(line, look);
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
