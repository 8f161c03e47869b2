import { type Block, findBlocks } from './blocks';
import type { Finding } from './finding';
import { nameParts } from './questionTerms';
import type { TermMatcher } from './termMatcher';

/** Lines of one text: a file, a part of it, or a document. */
export interface Section {
  /** Path or document name; "" when unknown. */
  readonly path: string;
  /** The number of its first line, from 1. */
  readonly firstLine: number;
  readonly lines: readonly string[];
}

/*
 * What a term is worth by where it is found. A name says what the code is for; a comment above it says
 * so in the words that people ask with; the path and the names around it say what it belongs to.
 * Tried out on questions about packages that no test uses.
 */
const inName = 1.6;
const inHeadline = 0.9;
const inComment = 0.9;
const inBody = 1.2;
const inPath = 0.6;
const inSurroundings = 0.4;
/** Share of the score that a block keeps when it has only one of many terms. */
const keptWithoutOthers = 0.35;
/** Lines outside of any definition, imports for the most part, say less. */
const loose = 0.6;

/** A place of more lines than this is narrowed to the lines that say most. */
const longestPlace = 60;
const narrowedPlace = 30;

/** The blocks of a text that have at least one of the terms, best first. */
export function scoreBlocks(section: Section, terms: readonly TermMatcher[]): readonly Finding[] {
  const hits = section.lines.map((line) => terms.map((term) => countInLine(term, line)));
  const pathHits = terms.map((term) => term.isIn(section.path));
  return findBlocks(section.lines, section.path)
    .flatMap((block) => scoreBlock(block, section, terms, hits, pathHits))
    .sort((one, other) => other.score - one.score || one.start - other.start);
}

type LineHits = readonly (readonly number[])[];

function scoreBlock(
  block: Block,
  section: Section,
  terms: readonly TermMatcher[],
  hits: LineHits,
  pathHits: readonly boolean[],
): readonly Finding[] {
  const total = terms.reduce((sum, { weight }) => sum + weight, 0);
  const found = terms.filter((_, index) =>
    block.own.some((line) => countAt(hits, line, index) > 0),
  );
  if (found.length === 0 || total === 0) return [];
  let score = 0;
  let covered = 0;
  for (const [index, term] of terms.entries()) {
    const here = termInBlock(block, section, term, index, hits);
    const around =
      (pathHits[index] ? inPath : 0) +
      (block.within.some((name) => term.isIn(name)) ? inSurroundings : 0);
    score += term.weight * (here + around);
    covered += term.weight * (here > 0 ? 1 : around > 0 ? 0.5 : 0);
  }
  const coverage = covered / total;
  const kept = keptWithoutOthers + (1 - keptWithoutOthers) * coverage;
  const place = narrow(block, terms, hits);
  return [
    {
      path: section.path,
      start: section.firstLine + place.start,
      end: section.firstLine + place.end,
      score: ((score * kept) / total) * (block.name === '' ? loose : 1),
      found: found.map(({ label }) => label),
      name: block.name,
      headline: headline(block, section, terms, hits),
    },
  ];
}

function termInBlock(
  block: Block,
  section: Section,
  term: TermMatcher,
  index: number,
  hits: LineHits,
): number {
  const own = block.own.filter((line) => countAt(hits, line, index) > 0);
  const body = own.filter((line) => line > block.head).length;
  const comment = own.some((line) => line < block.head);
  const head = section.lines[block.head] ?? '';
  const named = block.name !== '' && term.isIn(block.name);
  const headed = named ? inName * (0.6 + 0.4 * shareOfName(block.name, term)) : 0;
  const mentioned = !named && term.isIn(head) ? inHeadline : 0;
  return headed + mentioned + (comment ? inComment : 0) + (inBody * body) / (body + 1.5);
}

function shareOfName(name: string, term: TermMatcher): number {
  const parts = nameParts(name);
  return parts.filter((part) => term.isIn(part)).length / Math.max(1, parts.length);
}

function countAt(hits: LineHits, line: number, term: number): number {
  return hits[line]?.[term] ?? 0;
}

/** An import mentions names but says nothing about them. */
const importLine =
  /^\s*(?:import\b|from\s+\S+\s+import\b|export\s.*\bfrom\b|#include\b|use\s+[\w:]+|using\s|.*\brequire\()/;

function countInLine(term: TermMatcher, line: string): number {
  return importLine.test(line) ? 0 : term.countIn(line);
}

/** The lines to point at: all of the block, or of a long one the stretch where most terms meet. */
function narrow(
  block: Block,
  terms: readonly TermMatcher[],
  hits: LineHits,
): { readonly start: number; readonly end: number } {
  if (block.end - block.start < longestPlace) return block;
  let best = { start: block.start, end: block.start + narrowedPlace - 1, worth: -1 };
  for (const start of block.own) {
    const lines = block.own.filter((line) => line >= start && line < start + narrowedPlace);
    const worth = terms.reduce(
      (sum, term, index) => {
        const count = lines.filter((line) => countAt(hits, line, index) > 0).length;
        return sum + (term.weight * count) / (count + 1);
      },
      start <= block.head && lines.includes(block.head) ? 0.1 : 0,
    );
    if (worth > best.worth + 1e-9) best = { start, end: lines.at(-1) ?? start, worth };
  }
  return best;
}

/** A signature or heading; where there is none, the line with the most weight. */
function headline(
  block: Block,
  section: Section,
  terms: readonly TermMatcher[],
  hits: LineHits,
): string {
  const worth = (line: number): number =>
    terms.reduce((sum, term, index) => sum + (countAt(hits, line, index) > 0 ? term.weight : 0), 0);
  const best =
    block.name === ''
      ? block.own.reduce((one, other) => (worth(other) > worth(one) ? other : one), block.head)
      : block.head;
  const text = (section.lines[best] ?? '').trim().replaceAll(/\s+/g, ' ');
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
