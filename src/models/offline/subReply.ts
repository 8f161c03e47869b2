import { type Finding, formatFinding, nothingFound } from './finding';
import { questionTerms, termOf, widerTerms } from './questionTerms';
import { type Section, scoreBlocks } from './scoreBlocks';
import { parseSubPrompt, type SubPrompt } from './subPrompt';
import { TermMatcher } from './termMatcher';

/** The most places that one reply names. */
const mostFindings = 6;
/** Places this much worse than the best one of a reply are left out. */
const leastShare = 0.25;
/** Lines quoted from a text that came without a path. */
const quotedLines = 6;

/** What the offline sub-model says to a prompt: the places of its text that bear on its question. */
export function subReply(prompt: string): string {
  const parsed = parseSubPrompt(prompt);
  const terms = termsOf(parsed);
  const findings = parsed.sections.flatMap((section) =>
    scoreBlocks(section, terms).map((finding) => ({ finding, section })),
  );
  findings.sort((one, other) => other.finding.score - one.finding.score);
  const best = findings[0]?.finding.score ?? 0;
  const kept = findings
    .slice(0, mostFindings)
    .filter(({ finding }) => finding.score >= best * leastShare);
  if (kept.length === 0) return nothingFound;
  return kept.map(({ finding, section }) => describe(finding, section, terms)).join('\n');
}

function termsOf({ weights, question, anywhere }: SubPrompt): readonly TermMatcher[] {
  if (weights) {
    return Object.entries(weights).map(
      ([label, weight]) => new TermMatcher({ term: termOf(label), weight }, anywhere),
    );
  }
  const { terms } = questionTerms(question);
  const chosen = terms.length > 0 ? terms : widerTerms(question).terms;
  return chosen.map((term) => new TermMatcher({ term, weight: term.care }));
}

/** The root can read a place with a path again. For other texts, the lines themselves are the answer. */
function describe(finding: Finding, section: Section, terms: readonly TermMatcher[]): string {
  const line = formatFinding(finding);
  if (section.path !== '') return line;
  const first = finding.start - section.firstLine;
  const quoted = section.lines
    .slice(first, finding.end - section.firstLine + 1)
    .filter((text) => terms.some((term) => term.isIn(text)))
    .slice(0, quotedLines)
    .map((text) => `> ${text.trim()}`);
  return [line, ...quoted].join('\n');
}
