import { checkIfPossible, doubtKey } from '../citations/checkCitations';
import { type Citation, codeFences, evidences } from '../citations/citations';
import type { CitedTexts } from '../citations/citedTexts';
import { findCitations } from '../citations/findCitations';

/** How many citations are kept; the rest is counted. */
const mostCitations = 20_000;
/** How many characters are checked at once. Pieces begin with a section or paragraph. */
const pieceChars = 64 * 1024;

/** The citations of a report. */
export interface ReportCitations {
  /** Each once, in order of appearance. */
  readonly citations: readonly Citation[];
  /** The number of citations that were not checked because there were too many. */
  readonly unchecked: number;
}

/**
 * Checks the citations of a report of any length, piece by piece. The report is not changed: a citation
 * whose quote stands a few lines off counts as wrong.
 */
export async function checkReportCitations(
  report: AsyncIterable<Buffer>,
  texts: CitedTexts,
  signal: AbortSignal,
): Promise<ReportCitations> {
  const citations = new Map<string, Citation>();
  let unchecked = 0;
  for await (const piece of piecesOf(report)) {
    signal.throwIfAborted();
    if (citations.size >= mostCitations) {
      unchecked += findCitations(piece).length;
      continue;
    }
    const { citations: found } = await checkIfPossible(piece, texts, signal, { isWritten: true });
    for (const citation of found) {
      const key = doubtKey(citation);
      const before = citations.get(key);
      const isWorse =
        !before || evidences.indexOf(citation.evidence) > evidences.indexOf(before.evidence);
      if (isWorse) citations.set(key, citation);
    }
  }
  return { citations: [...citations.values()], unchecked };
}

/** Whole paragraphs and code fences, where that can be had. */
async function* piecesOf(report: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of report) {
    rest += decoder.decode(bytes, { stream: true });
    let from = 0;
    while (rest.length - from > 2 * pieceChars) {
      const { length, fence } = cutOf(rest.slice(from, from + 2 * pieceChars));
      yield rest.slice(from, from + length);
      from += length;
      if (fence === null) continue;
      rest = `${fence}\n${rest.slice(from)}`;
      from = 0;
    }
    rest = rest.slice(from);
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

/** The length of the next piece; and the opening marks to repeat if it ends inside a fence. */
function cutOf(text: string): { readonly length: number; readonly fence: string | null } {
  // Blanks fences, in which a heading is code.
  const prose = text.replace(codeFences, (fence) => '`'.repeat(fence.length));
  for (const before of ['\n## ', '\n### ', '\n\n', '\n']) {
    const at = prose.lastIndexOf(before);
    if (at >= pieceChars) return { length: at + 1, fence: null };
  }
  const line = prose.lastIndexOf('\n') + 1;
  if (line > 0) return { length: line, fence: null };
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1] ?? null;
  const end = text.lastIndexOf('\n') + 1;
  return { length: end > pieceChars ? end : text.length, fence };
}
