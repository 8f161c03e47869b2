import { type Definition, findDefinitions, findHeadings, indentOf, isComment } from './definitions';

/** A stretch of lines that belong together: a function, a class, a section, a paragraph. */
export interface Block {
  /** The name that it defines, or its heading; "" for lines outside of any. */
  readonly name: string;
  /** Names of what it lies in, outermost first. */
  readonly within: readonly string[];
  /** Indexes into the lines; `start` includes the comment above, `end` is the last line. */
  readonly start: number;
  readonly end: number;
  /** The line with the name; equals `start` where there is none. */
  readonly head: number;
  /** Indexes of the lines that are in this block and in no block inside of it. */
  readonly own: readonly number[];
}

/** Lines outside of any definition are taken this many at a time. */
const looseLines = 30;

const proseName = /\.(?:md|mdx|markdown|rst|txt|adoc|org|tex|pdf|do[ct][xm]|ipynb)$/i;
/** Where a page of a PDF or a cell of a notebook begins. */
const partMark = /^=== (?:page|cell) \d+/;
const capitals = /(?:^|\/)[A-Z]{4,}$/;

/** Whether the text of this path reads as prose rather than as code. "" is a text without a path. */
function isProse(path: string): boolean {
  return path === '' || proseName.test(path) || capitals.test(path);
}

/** Takes a text apart into blocks. Every line with text is the own line of exactly one block. */
export function findBlocks(lines: readonly string[], path: string): readonly Block[] {
  return isProse(path) ? proseBlocks(lines) : codeBlocks(lines);
}

function codeBlocks(lines: readonly string[]): readonly Block[] {
  const spans = findDefinitions(lines)
    .map((definition) => ({
      name: definition.name,
      indent: definition.indent,
      head: definition.index,
      start: firstCommentAbove(lines, definition.index),
      end: lastLineOf(lines, definition),
    }))
    // A local function of one line is part of the code around it.
    .filter((span) => span.indent === 0 || span.end > span.head);
  const owners = lines.map((): number => -1);
  // Definitions come in order, so a later one that covers a line is the inner one.
  for (const [position, span] of spans.entries()) owners.fill(position, span.start, span.end + 1);
  const owned = Map.groupBy(owners.keys(), (index) => owners[index]);
  const named = spans.map(({ name, head, start, end }, position) => ({
    name,
    head,
    start,
    end,
    within: spans
      .filter((outer) => outer.head < head && outer.end >= end)
      .map((outer) => outer.name),
    own: owned.get(position) ?? [],
  }));
  return [...named, ...looseBlocks(lines, owned.get(-1) ?? [])];
}

function firstCommentAbove(lines: readonly string[], index: number): number {
  let first = index;
  while (first > 0 && isComment(lines[first - 1] ?? '')) first -= 1;
  return first;
}

/** A definition goes on while lines are indented deeper, and takes the brackets that close it. */
function lastLineOf(lines: readonly string[], { index, indent }: Definition): number {
  let last = index;
  for (let next = index + 1; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    const text = line.trim();
    if (text === '') continue;
    const depth = indentOf(line);
    if (depth > indent) {
      last = next;
      continue;
    }
    const closes = depth === indent && /^(?:[)}\]]|end\b|\{$)/.test(text);
    if (closes) last = next;
    if (!closes || !/[{([]$|=>$/.test(text)) break;
  }
  return last;
}

function looseBlocks(lines: readonly string[], loose: readonly number[]): readonly Block[] {
  const groups: number[][] = [];
  for (const index of loose) {
    const group = groups.at(-1);
    const follows = group !== undefined && group.at(-1) === index - 1 && group.length < looseLines;
    if (follows) group.push(index);
    else groups.push([index]);
  }
  return groups.flatMap((group) => nameless(lines, group, []));
}

function nameless(
  lines: readonly string[],
  group: readonly number[],
  within: readonly string[],
): readonly Block[] {
  const own = group.filter((index) => (lines[index] ?? '').trim() !== '');
  const start = own[0];
  const end = own.at(-1);
  if (start === undefined || end === undefined) return [];
  return [{ name: '', within, start, end, head: start, own }];
}

/** Paragraphs below their headings; a heading with a short section is one block with it. */
function proseBlocks(lines: readonly string[]): readonly Block[] {
  const headings = findHeadings(lines);
  const first = headings[0]?.index ?? lines.length;
  const blocks: Block[] = [...paragraphs(lines, 0, first, [])];
  const open: Definition[] = [];
  for (const [position, heading] of headings.entries()) {
    while ((open.at(-1)?.indent ?? 0) >= heading.indent) open.pop();
    const within = open.map((outer) => outer.name);
    open.push(heading);
    const next = headings[position + 1]?.index ?? lines.length;
    blocks.push(...section(lines, heading, next, within));
  }
  return blocks;
}

function section(
  lines: readonly string[],
  heading: Definition,
  next: number,
  within: readonly string[],
): readonly Block[] {
  const parts = paragraphs(lines, heading.index, next, within);
  const [lead, ...rest] = parts;
  const inside = [...within, heading.name];
  if (lead === undefined) return [];
  return [{ ...lead, name: heading.name }, ...rest.map((part) => ({ ...part, within: inside }))];
}

/** Paragraphs, the short ones together, up to about a dozen lines; none goes over the end of a page. */
function paragraphs(
  lines: readonly string[],
  from: number,
  to: number,
  within: readonly string[],
): readonly Block[] {
  const groups: number[][] = [[]];
  for (let index = from; index < to; index += 1) {
    const line = lines[index] ?? '';
    const blank = line.trim() === '';
    if (partMark.test(line)) groups.push([index]);
    else if (blank && (groups.at(-1)?.length ?? 0) >= 8) groups.push([]);
    else if ((groups.at(-1)?.length ?? 0) >= looseLines) groups.push([index]);
    else groups.at(-1)?.push(index);
  }
  return groups.flatMap((group) => nameless(lines, group, within));
}
