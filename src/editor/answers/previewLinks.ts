import { findCitations } from '../../rlm/citations/findCitations';
import { wholePath } from '../../rlm/citations/wholePath';

/** The part of a markdown-it token that is used here. */
interface MarkdownToken {
  readonly type: string;
  content: string;
  children: MarkdownToken[] | null;
  attrSet(name: string, value: string): void;
}

interface ParserState {
  readonly src: string;
  readonly tokens: readonly MarkdownToken[];
  readonly Token: new (type: string, tag: string, nesting: 1 | 0 | -1) => MarkdownToken;
}

/** The part of the Markdown preview's parser (markdown-it) that is used here. */
export interface MarkdownParser {
  readonly core: {
    readonly ruler: { push(name: string, rule: (state: ParserState) => void): void };
  };
}

/** The link of a citation in the Markdown preview; null when there is no such file. */
export type HrefOf = (path: string, line: number) => string | null;

/**
 * Turns citations into links in the Markdown preview, too.
 * @param isOurs whether a text is an answer or a report.
 */
export function linkCitationsInPreview<Parser extends MarkdownParser>(
  parser: Parser,
  hrefOf: HrefOf,
  isOurs: (text: string) => boolean,
): Parser {
  parser.core.ruler.push('fathom-citations', (state) => {
    if (!isOurs(state.src)) return;
    const hrefs = hrefsWithEnds(hrefOf);
    for (const token of state.tokens) {
      if (token.type === 'inline' && token.children) {
        token.children = linked(token.children, state.Token, hrefs);
      }
    }
  });
  return parser;
}

/** Knows a file by the end of its path as well, once the text has named the whole. */
function hrefsWithEnds(hrefOf: HrefOf): HrefOf {
  const named = new Set<string>();
  return (path, line) => {
    const href = hrefOf(path, line);
    if (href !== null) {
      named.add(path);
      return href;
    }
    const whole = wholePath(path, named);
    return whole === null ? null : hrefOf(whole, line);
  };
}

function linked(
  tokens: readonly MarkdownToken[],
  Token: ParserState['Token'],
  hrefOf: HrefOf,
): MarkdownToken[] {
  let depth = 0;
  return tokens.flatMap((token) => {
    if (token.type === 'link_open') depth++;
    if (token.type === 'link_close') depth--;
    if (depth > 0) return [token];
    if (token.type === 'code_inline') return linkedCode(token, Token, hrefOf);
    return token.type === 'text' ? linkedText(token, Token, hrefOf) : [token];
  });
}

/** A code span becomes a link as a whole. */
function linkedCode(token: MarkdownToken, Token: ParserState['Token'], hrefOf: HrefOf) {
  const [mark] = findCitations(`\`${token.content}\``);
  const href = mark?.length === token.content.length ? hrefOf(mark.path, mark.start) : null;
  if (href === null) return [token];
  // Themes choose the colour of links for the background of a page, not of code.
  token.attrSet('style', 'background: none');
  return link([token], href, Token);
}

function linkedText(token: MarkdownToken, Token: ParserState['Token'], hrefOf: HrefOf) {
  const text = (content: string) => {
    const part = new Token('text', '', 0);
    part.content = content;
    return part;
  };
  const parts: MarkdownToken[] = [];
  let at = 0;
  for (const { path, start, index, length } of findCitations(token.content)) {
    const href = hrefOf(path, start);
    if (href === null) continue;
    if (index > at) parts.push(text(token.content.slice(at, index)));
    parts.push(...link([text(token.content.slice(index, index + length))], href, Token));
    at = index + length;
  }
  if (at === 0) return [token];
  if (at < token.content.length) parts.push(text(token.content.slice(at)));
  return parts;
}

function link(inner: readonly MarkdownToken[], href: string, Token: ParserState['Token']) {
  const open = new Token('link_open', 'a', 1);
  open.attrSet('href', href);
  // The preview passes this to the editor when the link is clicked.
  open.attrSet('data-href', href);
  return [open, ...inner, new Token('link_close', 'a', -1)];
}
