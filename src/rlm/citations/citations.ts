import { plural } from '../../ground/figures';

/**
 * What a citation rests on, from most to least: code that is quoted beside it is in those lines; they were
 * shown to a model; code of the run read them, and no model did; they are there, and nothing looked at
 * them; there is no such file, there are no such lines, or what is quoted is not in them.
 */
export const evidences = ['quoted', 'read', 'used', 'unread', 'wrong'] as const;
export type Evidence = (typeof evidences)[number];

/** A citation found in the answer. */
export interface Citation {
  readonly path: string;
  /** 1-based, inclusive. */
  readonly start: number;
  readonly end: number;
  readonly evidence: Evidence;
}

/** True where a model has seen what is cited. */
export function isVerified({ evidence }: Pick<Citation, 'evidence'>): boolean {
  return evidence === 'quoted' || evidence === 'read';
}

/** The kinds that nobody should rely on without looking, the worst first, with words for people. */
export const doubtfulEvidence = [
  { kind: 'wrong', words: 'Wrong (no such lines, or what is quoted is not in them)' },
  {
    kind: 'unread',
    words: 'Unread (the lines are there, no model is known to have been shown them)',
  },
] as const;

/** How many citations there are of each kind, from most to least evidence; none that there are not. */
export function countEvidence(
  citations: readonly Citation[],
): readonly (readonly [evidence: Evidence, count: number])[] {
  return evidences
    .map((kind) => [kind, citations.filter(({ evidence }) => evidence === kind).length] as const)
    .filter(([, count]) => count > 0);
}

/** `11 citations: 4 quoted, 7 read`, for people. */
export function citationFigures(citations: readonly Citation[]): string {
  if (citations.length === 0) return 'no citations';
  const kinds = countEvidence(citations).map(
    ([kind, count]) => `${count.toLocaleString('en-US')} ${kind}`,
  );
  return `${plural(citations.length, 'citation')}: ${kinds.join(', ')}`;
}

/** Matches code fences; an unclosed one goes to the end of the text. */
export const codeFences =
  /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))[^\n]*\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*\r?$|$(?![\s\S]))/gm;

/** The text with its code fences blanked, so that offsets stay the same. */
export function blankFences(text: string): string {
  return text.replace(codeFences, (fence) => fence.replace(/[^\n]/g, ' '));
}
