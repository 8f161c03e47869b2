/** The head of a README: lines, and characters. */
const mostLines = 40;
const mostChars = 1_500;
/** So much of a README is looked at for its head, in characters. */
const mostLookedAt = 40_000;

/** Code, which stays as it is, or a tag of HTML. */
const codeOrTag = /`[^`\n]*`|<\/?[a-z][\w-]*(?:\s[^<>]*)?\/?>/gi;
/** `![text](link)` and `![text][name]`. */
const image = /!\[[^\]\n]*\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\]\n]*\])?/g;
/** What is left of a link around an image. */
const emptyLink = /\[\s*\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\]\n]*\])/g;
/** `[name]: link` */
const linkDefinition = /^ {0,3}\[[^\]\n]+\]:\s*\S/;
/** Pictures, raw HTML and names of links in reStructuredText, and pictures in AsciiDoc. */
const directive = /^\s*\.\.\s+(?:\|[^|]+\|\s+)?(?:image|figure|raw|replace)::|^\s*\.\.\s+_[^:]+:/;
const asciiDocImage = /\bimage::?[^\s[]+\[[^\]\n]*\]/g;
/** A line of nothing but the names of badges: `|build| |docs|`. */
const badgeNames = /^\s*(?:\|[\w .-]+\|_{0,2}\s*)+$/;
const fence = /^\s*(?:```|~~~)/;

/**
 * What a README begins with, without its badges, pictures and HTML: they say nothing about the project, and
 * may be all of its first page.
 */
export function readmeHead(text: string): string {
  const kept: string[] = [];
  let inFence = false;
  // Of a directive what is indented below it, too.
  let inDirective = false;
  for (const line of withoutComments(text.slice(0, mostLookedAt)).split('\n')) {
    const fenced = fence.test(line);
    if (fenced) inFence = !inFence;
    if (fenced || inFence) {
      kept.push(line);
      continue;
    }
    inDirective = directive.test(line) || (inDirective && /^\s|^$/.test(line));
    const words = inDirective ? '' : wordsOf(line);
    if (words !== '' || (kept.at(-1) ?? '') !== '') kept.push(words);
    if (kept.length > mostLines) break;
  }
  const lines = kept.slice(0, mostLines).join('\n').trimEnd();
  if (lines.length <= mostChars) return lines;
  return `${lines.slice(0, mostChars).replace(/[\uD800-\uDBFF]$/, '')} …`;
}

/** A line without pictures and tags; "" when it had nothing else. */
function wordsOf(line: string): string {
  if (linkDefinition.test(line) || badgeNames.test(line)) return '';
  const plain = line
    .replace(image, '')
    .replace(emptyLink, '')
    .replace(asciiDocImage, '')
    .replace(codeOrTag, (found) => (found.startsWith('`') ? found : ''))
    .replace(/&nbsp;/g, ' ')
    .trimEnd();
  if (plain === line.trimEnd()) return plain;
  // Signs between badges, and the mark of a heading that was a picture.
  return /[\p{L}\p{N}]/u.test(plain) ? plain.replace(/^\s+(?=\S)/, '') : '';
}

/** Comments and tags may go over several lines. */
function withoutComments(text: string): string {
  let kept = '';
  for (let at = 0; ; ) {
    const start = text.indexOf('<!--', at);
    if (start < 0) return joinTags(kept + text.slice(at));
    kept += text.slice(at, start);
    const end = text.indexOf('-->', start);
    if (end < 0) return joinTags(kept);
    at = end + 3;
  }
}

/** Puts each tag on one line. */
function joinTags(text: string): string {
  return text.replace(/<[a-z][\w-]*\s[^<>`]{0,1000}>/gi, (tag) => tag.replaceAll('\n', ' '));
}
