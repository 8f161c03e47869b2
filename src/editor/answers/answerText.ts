import { duration, plural, reportFigures, spent } from '../../ground/figures';
import { placeText } from '../../ground/lineRange';
import { safeMarkdown } from '../../ground/markdown/safeMarkdown';
import { type Citation, countEvidence } from '../../rlm/citations/citations';
import type { RunResult } from '../../rlm/request';
import { shorten } from '../shorten';

/** The beginning of every answer's footer, by which an answer is recognized later. */
const signature = 'Fathom · ';
/** The parts of the line that names the report's file. */
const reportPath = { start: 'Report: `', end: '`', file: /\.(?:md|markdown|txt)$/i };
/** How many unwritten sections are named. */
const namedSections = 10;
/** The parts of the line that names the run's log. */
const logLine = { start: 'Run log: `', end: '`', file: /\.jsonl$/ };
/** The footer is within this many characters of the end. */
const footerReach = 16_384;
/** Citations of a doubtful kind that are named one by one. */
const namedCitations = 10;

/** The first line of an answer document. */
export function headingText(question: string): string {
  return safeMarkdown(`# ${question.trim().replace(/\s+/g, ' ')}\n\n`);
}

/** The text below the heading during the run: the model's words so far, and the action. */
export function workingText(action: string, words: string): string {
  const line = `> ${action.replace(/\s+/g, ' ')} …\n`;
  return safeMarkdown(words ? `${words}\n\n${line}` : line);
}

/** The text below the heading at the end: why the run ended early if it did, the answer, the footer. */
export function finishedText(result: RunResult, offline: boolean): string {
  const callout = calloutText(result);
  const parts = [
    ...(callout ? [callout] : []),
    ...reportProblem(result),
    ...(result.answer.trim() ? [result.answer.trim()] : []),
    `---\n\n${footerText(result, offline)}`,
  ];
  return safeMarkdown(`${parts.join('\n\n')}\n`);
}

/** The text below the heading when the run could not be started. */
export function notStartedText(reason: string, cancelled: boolean): string {
  return cancelled
    ? '> **Cancelled** before it began.\n'
    : safeMarkdown(`> **Not answered.** ${quoted(reason)}\n`);
}

/** True for a document that holds a finished answer. */
export function isAnswerText(text: string): boolean {
  return lastLines(text).some(beginsFooter);
}

/** True for the first line of a footer. */
export function beginsFooter(line: string): boolean {
  return line.startsWith(signature);
}

/** The id of a finished answer's run; null when the text names no log or is not an answer. */
export function runOfAnswer(text: string): string | null {
  if (!isAnswerText(text)) return null;
  const line = lastLines(text).findLast((candidate) => candidate.startsWith(logLine.start));
  return line === undefined ? null : (/([\w-]+)\.jsonl`\s*$/.exec(line)?.[1] ?? null);
}

/** The question of a finished answer, from its heading; "" when that is gone. */
export function questionOfAnswer(text: string): string {
  return (/^#\s+(.+)$/m.exec(text)?.[1] ?? '').trim();
}

/** A file named in a line, and where in the line its path begins. */
export interface NamedFile {
  readonly path: string;
  readonly index: number;
}

/** The log or the report that a line at the end of an answer names; null for any other line. */
export function fileNamedIn(line: string): NamedFile | null {
  for (const { start, end, file } of [logLine, reportPath]) {
    if (!line.startsWith(start) || !line.includes(end, start.length)) continue;
    const path = line.slice(start.length).split(end, 1)[0] ?? '';
    return isLocalPath(path) && file.test(path) ? { path, index: start.length } : null;
  }
  return null;
}

/**
 * Accepts only absolute paths on this machine: anybody can write such a line, and opening `//host/share` would
 * tell another machine who opened it.
 */
function isLocalPath(path: string): boolean {
  if (/\p{Cc}/u.test(path) || path.split(/[/\\]/).includes('..')) return false;
  return /^\/(?![/\\])|^[A-Za-z]:[/\\](?![/\\])/.test(path);
}

function lastLines(text: string): readonly string[] {
  return text.slice(-footerReach).split(/\r?\n/);
}

function calloutText(result: RunResult): string | null {
  const { status, reason, answer } = result;
  const partial = answer.trim() !== '';
  switch (status) {
    case 'answered':
      return null;
    case 'limit':
      return `> **Stopped at a limit.** ${quoted(reason ?? '')} ${
        partial ? 'This is the best answer so far.' : 'There was no answer yet.'
      }`;
    case 'cancelled':
      return `${
        partial
          ? '> **Cancelled.** This is what there was up to then.'
          : '> **Cancelled** before there was an answer.'
      }${keptText(result)}`;
    case 'error':
      return `> **Not finished.** ${quoted(reason ?? '')}${
        partial ? '\n>\n> This is what there was up to then.' : ''
      }`;
  }
}

/** What a stopped run had paid for already. */
function keptText({ subcalls, subcallsAnswered }: RunResult): string {
  if (subcallsAnswered === 0) return '';
  const calls = `${subcallsAnswered} of ${plural(subcalls, 'sub-call')}`;
  return ` ${calls} answered; a follow-up has them without asking again.`;
}

/** A reason as part of a block quote. */
function quoted(text: string): string {
  return text.trim().replace(/\r?\n/g, '\n> ');
}

function footerText(result: RunResult, offline: boolean): string {
  const lines = [
    `${signature}${figures(result, offline).join(' · ')}`,
    ...citationLine(result.citations),
    ...reportLine(result),
    ...(result.trajectory === null ? [] : [logLine.start + result.trajectory + logLine.end]),
  ];
  return lines.join('  \n');
}

function figures(result: RunResult, offline: boolean): string[] {
  const { model, subModel, iterations, subcalls, coverage, usage, durationMs } = result;
  return [
    offline
      ? 'offline model (keyword search, no language model)'
      : model === subModel
        ? model
        : `${model} with ${subModel}`,
    plural(iterations, 'turn'),
    plural(subcalls, 'sub-call'),
    `${plural(coverage.filesRead, 'file')} read`,
    ...(offline
      ? []
      : [usage.costUsd === null ? 'cost unknown' : spent(usage.costUsd, usage.estimated)]),
    duration(durationMs),
  ];
}

/** What the citations rest on; those that nobody should rely on without looking are named. */
function citationLine(citations: readonly Citation[]): string[] {
  if (citations.length === 0) return [];
  const kinds = countEvidence(citations).map(([kind, count]) => {
    if (kind !== 'wrong' && kind !== 'unread') return `${count} ${kind}`;
    const places = citations.filter(({ evidence }) => evidence === kind);
    const named = places.slice(0, namedCitations).map((citation) => `\`${placeText(citation)}\``);
    const more = places.length > namedCitations ? ', …' : '';
    return `**${count} ${kind}** (${named.join(', ')}${more})`;
  });
  return [`Citations: ${kinds.join(', ')}`];
}

/** The lines that name the run's report and count its documents. */
function reportLine({ report, documents }: RunResult): string[] {
  const lines: string[] = [];
  if (report !== null && report.bytes > 0) {
    const size = reportFigures({ ...report, openSections: 0 });
    lines.push(`${reportPath.start}${report.path}${reportPath.end} · ${size}`);
  }
  if (documents.length > 0) lines.push(`${plural(documents.length, 'document')} written besides`);
  return lines;
}

function reportProblem({ report }: RunResult): string[] {
  if (report === null) return [];
  const { problem, left, unwritten } = report;
  if (problem !== null) return [`> **The report is not complete.** ${quoted(problem)}`];
  if (left !== null) return [`> **Look where the report is.** ${quoted(left)}`];
  if (unwritten.length === 0) return [];
  const titles = unwritten.slice(0, namedSections).map((title) => shorten(title, 60));
  const more = unwritten.length > namedSections ? ', …' : '';
  return [`> **Sections of the report were not written:** ${titles.join(', ')}${more}`];
}
