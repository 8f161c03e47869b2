import { drawable } from '../../ground/drawable';
import { lineRangeText } from '../../ground/lineRange';
import { safeMarkdown } from '../../ground/markdown/safeMarkdown';
import {
  type Citation,
  countEvidence,
  doubtfulEvidence,
  type Evidence,
} from '../citations/citations';
import type { CoverageCounts } from '../coverage/coverage';
import type { ReportCitations } from './reportCitations';

/** How many files, and places per file, the sources list. */
const mostFiles = 2000;
const mostPlaces = 30;
/** How many unwritten sections are named, and the longest title, in UTF-16 units. */
const mostSections = 200;
const mostTitle = 200;

/** The beginning of a report's last line, by which a report is recognized later. */
const signature = 'Written by Fathom with ';
/** The last line is within this many characters of the end. */
const signatureReach = 2_000;

/** True for a text that ends like a finished report. */
export function isReportText(text: string): boolean {
  const lines = text.slice(-signatureReach).split(/\r?\n/);
  return lines.some((line) => line.startsWith(`*${signature}`) && line.endsWith('.*'));
}

/**
 * The end of a report, in Markdown: its sources, what could not be verified, what the run saw, and who wrote it.
 * @param writer names of the models.
 */
export function reportAppendix(
  { citations, unchecked }: ReportCitations,
  coverage: CoverageCounts,
  unwritten: readonly string[],
  writer: string,
): string {
  const parts = [
    '## Sources',
    summary(citations, unchecked),
    sourceList(citations.filter(isSeen)),
    ...doubtful(citations),
    '## Coverage',
    coverageText(coverage),
    ...unwrittenText(unwritten),
    `*${signature}${drawable(writer)}.*`,
  ];
  return safeMarkdown(`${parts.filter((part) => part !== '').join('\n\n')}\n`);
}

function summary(citations: readonly Citation[], unchecked: number): string {
  if (citations.length === 0) return 'The report cites nothing.';
  const kinds = countEvidence(citations).map(
    ([kind, count]) => `- ${number(count)} ${kind}: ${meanings[kind]}`,
  );
  const more = unchecked > 0 ? [`- ${number(unchecked)} more citations were not checked`] : [];
  const all = `${number(citations.length)} place${citations.length === 1 ? '' : 's'}`;
  return `The report cites ${all}:\n\n${[...kinds, ...more].join('\n')}`;
}

/** What each kind of evidence means, for people who read a report. */
const meanings: Readonly<Record<Evidence, string>> = {
  quoted: 'the code quoted beside the citation is in those lines',
  read: 'a model was shown those lines',
  used: 'code of the run read those lines, and no model did',
  unread: 'the lines are there, and nothing in the run looked at them',
  wrong: 'there are no such lines, or what is quoted is not in them',
};

/** The run has looked at what is cited. */
function isSeen({ evidence }: Citation): boolean {
  return evidence !== 'unread' && evidence !== 'wrong';
}

function sourceList(citations: readonly Citation[]): string {
  const files = new Map<string, Citation[]>();
  for (const citation of citations) {
    const places = files.get(citation.path) ?? [];
    places.push(citation);
    files.set(citation.path, places);
  }
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = sorted.slice(0, mostFiles).map(([, places]) => `- ${placesText(places)}`);
  const more = sorted.length - lines.length;
  return [...lines, ...(more > 0 ? [`- and ${number(more)} more files`] : [])].join('\n');
}

/** A file and its lines, the path once: `src/a.ts:3, 12-20, 44`. */
function placesText(places: readonly Citation[]): string {
  const sorted = places.toSorted((one, other) => one.start - other.start || one.end - other.end);
  const shown = sorted.slice(0, mostPlaces).map(({ start, end }) => lineRangeText(start, end));
  const more = places.length - shown.length;
  const path = sorted[0]?.path ?? '';
  // A path with backticks needs longer ones around it.
  const ticks = path.includes('`') ? '``' : '`';
  const rest = more > 0 ? ` and ${number(more)} more` : '';
  return `${ticks}${path}:${shown.join(', ')}${ticks}${rest}`;
}

function doubtful(citations: readonly Citation[]): string[] {
  return doubtfulEvidence.flatMap(({ kind, words }) => {
    const doubts = citations.filter(({ evidence }) => evidence === kind);
    if (doubts.length === 0) return [];
    return [`${words}:`, sourceList(doubts)];
  });
}

function unwrittenText(titles: readonly string[]): string[] {
  if (titles.length === 0) return [];
  const shown = titles.slice(0, mostSections).map((title) => `- ${titleText(title)}`);
  const more = titles.length - shown.length;
  const rest = more > 0 ? [`- and ${number(more)} more`] : [];
  return ['Sections that were not written:', [...shown, ...rest].join('\n')];
}

/** A title as Markdown, but without beginning a list or quote. */
function titleText(title: string): string {
  const text = title.length > mostTitle ? `${title.slice(0, mostTitle - 1)}…` : title;
  return text.replace(/^(\d*)(?=[-+>#.)]|\*\s|`{3}|~{3})/, '$1\\');
}

function coverageText(counts: CoverageCounts): string {
  const rows = [
    ['files there', counts.filesTotal],
    ['listed', counts.filesListed],
    ['matched by a search', counts.filesMatched],
    ['read', counts.filesRead],
    ['sent to models', counts.filesSentToModels],
  ] as const;
  const lines = rows.map(([what, count]) => `| ${what} | ${number(count)} |`);
  const { unseenMatches } = counts;
  const unseen = unseenMatches
    ? `\n\nSearches matched ${number(unseenMatches.lines)} lines in ${number(unseenMatches.files)} files that nobody looked at.`
    : '';
  return `| Files | |\n| --- | ---: |\n${lines.join('\n')}${unseen}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
