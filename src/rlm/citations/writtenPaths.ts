/** A path as it stands in a text. */
export interface WrittenPath {
  readonly path: string;
  /** Where it begins, in UTF-16 code units; and where what belongs to it does: backticks, brackets. */
  readonly index: number;
  readonly whole: number;
  /** Backticks around it; "" for none. */
  readonly ticks: string;
  /** What is put before and after `path:lines` in its place. */
  readonly before: string;
  readonly after: string;
  /** The bracket that is open before the lines and closes after them; "" for none. */
  readonly closer: string;
  /** The target of a Markdown link. */
  readonly isLinkTarget: boolean;
  /** The same with letters before it that may be prose: `请看src/a.ts` for `src/a.ts`. */
  readonly longer: { readonly path: string; readonly index: number } | null;
}

/** Where to look for a path. */
export interface PathSearch {
  /** Lines follow at once, after `:` or `#L`; else a word for "line" does. */
  readonly isSign: boolean;
  /** As compilers have it: `a.ts(12,5)`. */
  readonly isCall: boolean;
  /** Nothing before this offset is looked at. */
  readonly floor: number;
  /** The lines are in a code span; `isWholeSpan` when nothing else is in it before the path or after them. */
  readonly inSpan: boolean;
  readonly isWholeSpan: boolean;
}

/** A path is not longer than this, in UTF-16 code units. */
const longest = 1_024;
/** What a path in prose is made of: no spaces, and no punctuation of any language. */
const pathCharacter = /[\w@.+~$/\\()[\]{}-]|[\p{L}\p{N}\p{M}\p{So}]/u;
/** Between a path and a word for "line": `, `, ` (`, ` at `, ` の `. */
const beforeWord =
  /(?:\s?[,，、;；:：]\s{0,2}|\s[-–—]\s|\s{1,2})?(?:(?<=\s)(?:at|on|around|near|from|see|in|an|auf|à|aux?|en|na|на) )?(?:[的のの의에]\s{0,2})?([([（]?)\s?$/u;
const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '（': '）' };
const quotes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '”': '“',
  '“': '„',
  '’': '‘',
  '»': '«',
  '«': '»',
  '›': '‹',
  '」': '「',
  '』': '『',
};
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/u;
const abbreviation = /^(?:e\.g|i\.e|etc|vs|cf|no|fig|p)$/i;

/** The path that lines at `at` are of; null when there is none right before them. */
export function pathBefore(text: string, at: number, search: PathSearch): WrittenPath | null {
  const { isSign, isCall, floor, inSpan, isWholeSpan } = search;
  if (text[at] === '†') return afterDagger(text, at, floor);
  let end = at;
  let closer = text[at] === '(' && !isCall ? ')' : '';
  if (!isSign) {
    const near = text.slice(Math.max(floor, at - 24), at);
    const [between = '', opener = ''] = beforeWord.exec(near) ?? [];
    end -= between.length;
    closer ||= closerOf[opener] ?? '';
  }
  if (inSpan) {
    const path = text.slice(floor, end);
    const isPath = isWholeSpan && path === path.trim() && path !== '' && !/[,;]\s/.test(path);
    if (isPath && (isSign || isPathLike(path))) return { ...plain(path, floor), closer };
    return inProse(text, end, { ...search, closer });
  }
  const emphasis = /(?:\*{1,3}|__)?$/.exec(text.slice(Math.max(floor, end - 3), end))?.[0] ?? '';
  const marked =
    inTicks(text, end - emphasis.length, floor) ??
    inQuotes(text, end - emphasis.length, floor) ??
    linked(text, end - emphasis.length, floor);
  if (!marked) {
    const path = inProse(text, end - emphasis.length, { ...search, closer });
    return path && emphasis !== '' ? emphasised(text, path, emphasis) : path;
  }
  // `name:` before a number is a label; a name in backticks before "line 12" may be a file without an ending.
  if (!isPathLike(marked.path) && !(marked.ticks !== '' && /^[\w.-]+$/.test(marked.path)))
    return null;
  const path = { ...marked, closer };
  return emphasis === '' ? path : emphasised(text, path, emphasis);
}

/** The path at `at`, in backticks or not; `end` is where it and its backticks end. */
export function pathAfter(
  text: string,
  at: number,
): { readonly path: string; readonly ticks: string; readonly end: number } | null {
  const ticks = /^`+/.exec(text.slice(at, at + 8))?.[0] ?? '';
  if (ticks !== '') {
    const close = text.indexOf(ticks, at + ticks.length);
    if (close < 0 || close - at > longest) return null;
    const path = text.slice(at + ticks.length, close);
    return isPathLike(path) ? { path: cleaned(path), ticks, end: close + ticks.length } : null;
  }
  let end = at;
  while (end - at < longest && end < text.length && pathCharacter.test(text[end] ?? '')) end += 1;
  while (end > at && /[.()[\]{}\\/-]/.test(text[end - 1] ?? '')) end -= 1;
  const path = text.slice(at, end);
  return isPathLike(path) && !path.includes('(') ? { path: cleaned(path), ticks, end } : null;
}

/** Has a folder or an ending. */
function isPathLike(path: string): boolean {
  if (path.length > longest || /[\n`<>|"*]|:\/\//.test(path) || abbreviation.test(path))
    return false;
  return /[/\\]/.test(path) ? /[\p{L}\p{N}]/u.test(path) : /[^.\s]\.[A-Za-z]\w{0,9}$/.test(path);
}

/** `【src/a.ts†L12】` and `【F:src/a.ts†L12】`. */
function afterDagger(text: string, at: number, floor: number): WrittenPath | null {
  const open = text.lastIndexOf('【', at);
  if (open < floor || at - open > longest) return null;
  const inner = text.slice(open + 1, at);
  const path = inner.replace(/^F:/, '');
  if (!isPathLike(path)) return null;
  const apart = open === 0 || /[\s(（]/.test(text[open - 1] ?? '') ? '' : ' ';
  const index = at - path.length;
  return { ...plain(path, index), whole: open, before: `${apart}\``, after: '`', closer: '】' };
}

function inTicks(text: string, end: number, floor: number): WrittenPath | null {
  let inner = end;
  while (inner > floor && text[inner - 1] === '`') inner -= 1;
  const ticks = text.slice(inner, end);
  if (ticks === '') return null;
  const from = Math.max(floor, inner - longest);
  const open = text.slice(from, inner).lastIndexOf('`');
  if (open < 0) return null;
  const index = from + open + 1;
  const whole = index - ticks.length;
  if (whole < floor || text.slice(whole, index) !== ticks || text[whole - 1] === '`') return null;
  const path = text.slice(index, inner);
  if (path.includes('\n')) return null;
  return { ...plain(path, index), whole, ticks, before: ticks, after: ticks };
}

function inQuotes(text: string, end: number, floor: number): WrittenPath | null {
  const opener = quotes[text[end - 1] ?? ''];
  if (opener === undefined || end - 1 < floor) return null;
  const open = text.lastIndexOf(opener, end - 2);
  if (open < floor || end - open > longest) return null;
  const path = text.slice(open + 1, end - 1);
  if (path.includes('\n')) return null;
  return { ...plain(path, open + 1), whole: open, before: '`', after: '`' };
}

/** `[src/a.ts](src/a.ts)` before lines: the target, or what the link says. */
function linked(text: string, end: number, floor: number): WrittenPath | null {
  if (text[end - 1] !== ')') return null;
  const from = Math.max(floor, end - longest);
  const link = /\[([^\][\n]*)\]\(([^()\s]+)\)$/.exec(text.slice(from, end));
  if (!link) return null;
  const [all, label = '', target = ''] = link;
  const whole = end - all.length;
  const path = isPathLike(target) ? target : label.replaceAll('`', '');
  return isPathLike(path) ? { ...plain(path, whole), whole } : null;
}

function inProse(
  text: string,
  end: number,
  { floor, isSign, isCall, closer }: PathSearch & { readonly closer: string },
): WrittenPath | null {
  const stop = Math.max(floor, end - longest);
  let start = end;
  while (start > stop && pathCharacter.test(text[start - 1] ?? '')) start -= 1;
  start += afterOpenBracket(text.slice(start, end));
  if (start >= end || /[:\\/]/.test(text[start - 1] ?? '')) return null;
  const path = text.slice(start, end);
  if (!/[\p{L}\p{N}_]/u.test(path)) return null;
  if (!isSign && !isPathLike(path)) return null;
  if (isCall && !(/[/\\]/.test(path) && isPathLike(path))) return null;
  const isLinkTarget = text.slice(start - 2, start) === '](';
  const tail = isLinkTarget ? 0 : afterProse(path);
  if (tail === 0) return { ...plain(path, start), closer, isLinkTarget };
  return {
    ...plain(path.slice(tail), start + tail),
    before: ' ',
    closer,
    longer: { path: cleaned(path), index: start },
  };
}

/** Length of what does not belong to a path: up to the last bracket that is open in it. */
function afterOpenBracket(path: string): number {
  let after = 0;
  const open: number[] = [];
  for (let at = 0; at < path.length; at += 1) {
    const character = path[at] ?? '';
    if ('([{'.includes(character)) open.push(at + 1);
    else if (')]}'.includes(character) && open.pop() === undefined) after = at + 1;
  }
  return Math.max(after, open.at(-1) ?? 0);
}

/** Length of Chinese, Japanese or Korean prose that a path stands right after: `请看src/a.ts` has 2. */
function afterProse(path: string): number {
  let at = 0;
  while (at < path.length && cjk.test(path[at] ?? '')) at += 1;
  return at > 0 && isPathLike(path.slice(at)) && /^[\w@.~]/.test(path.slice(at)) && path[at] !== '.'
    ? at
    : 0;
}

function emphasised(text: string, path: WrittenPath, emphasis: string): WrittenPath {
  const whole = path.whole - emphasis.length;
  if (text.slice(Math.max(0, whole), path.whole) !== emphasis) return path;
  return { ...path, whole, before: emphasis + path.before, after: path.after + emphasis };
}

function plain(path: string, index: number): WrittenPath {
  return {
    path: cleaned(path),
    index,
    whole: index,
    ticks: '',
    before: '',
    after: '',
    closer: '',
    isLinkTarget: false,
    longer: null,
  };
}

/** As the context calls it. A text that was made safe to be rendered spells `<` so (`safeMarkdown`). */
function cleaned(path: string): string {
  return path.replace(/^(?:\.\/)+/, '').replaceAll('&lt;', '<');
}
