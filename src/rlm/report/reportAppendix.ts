import { drawable } from '../../ground/drawable';
import { placeText } from '../../ground/lineRange';
import { safeMarkdown } from '../../ground/markdown/safeMarkdown';
import type { Citation } from '../citations/citations';
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
    sourceList(citations.filter(({ verified }) => verified)),
    ...doubtful(citations.filter(({ verified }) => !verified)),
    '## Coverage',
    coverageText(coverage),
    ...unwrittenText(unwritten),
    `*${signature}${drawable(writer)}.*`,
  ];
  return safeMarkdown(`${parts.filter((part) => part !== '').join('\n\n')}\n`);
}

function summary(citations: readonly Citation[], unchecked: number): string {
  if (citations.length === 0) return 'The report has no citations.';
  const good = citations.filter(({ verified }) => verified).length;
  const all = `${number(citations.length)} place${citations.length === 1 ? '' : 's'}`;
  const verdict = good === citations.length ? 'all verified' : `${number(good)} verified`;
  const more = unchecked > 0 ? ` ${number(unchecked)} more citations were not checked.` : '';
  return `The report cites ${all}, ${verdict}: the file has those lines, and what is quoted beside the citation.${more}`;
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

function placesText(places: readonly Citation[]): string {
  const sorted = places.toSorted((one, other) => one.start - other.start || one.end - other.end);
  const shown = sorted.slice(0, mostPlaces).map(citationText);
  const more = places.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${number(more)} more` : ''}`;
}

function doubtful(citations: readonly Citation[]): string[] {
  if (citations.length === 0) return [];
  const shown = citations.slice(0, mostFiles).map((citation) => `- ${citationText(citation)}`);
  const more = citations.length - shown.length;
  const rest = more > 0 ? [`- and ${number(more)} more`] : [];
  return ['Not verified:', [...shown, ...rest].join('\n')];
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

function citationText(citation: Citation): string {
  // A path with backticks needs longer backticks around it.
  const ticks = citation.path.includes('`') ? '``' : '`';
  return `${ticks}${placeText(citation)}${ticks}`;
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
