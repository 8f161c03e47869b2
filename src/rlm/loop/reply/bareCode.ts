import { type CodePiece, likelyCode } from './codePiece';
import { looksLikeCode } from './fences';
import { mended, plainCode } from './plainCode';

/** A reply longer than this is not code that lacks a fence, in characters. */
const mostBareCode = 100_000;

/**
 * The code of a reply without fence or tag: all of it, or all from the first line that looks like code. The
 * kernel decides whether that is so.
 */
export function bareCode(text: string): CodePiece | null {
  if (text.length > mostBareCode) return null;
  const whole = text.trim().replace(/^(`{1,2})([^`]+)\1$/, '$2');
  const lines = whole.split('\n');
  const first = lines.findIndex(
    (line) =>
      looksLikeCode.test(line.replace(/^(?:>>> |In \[\d*\]: )/, '')) && !line.startsWith('#'),
  );
  if (first < 0) return null;
  const prose = lines.slice(0, first).join('\n').trim();
  const start = text.length - text.trimStart().length;
  const code = plainCode(whole);
  const rest = plainCode(lines.slice(first).join('\n'));
  return likelyCode(code, () => [...mended(code), rest, ...mended(rest)], { start, prose });
}
