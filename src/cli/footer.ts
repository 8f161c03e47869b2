import { drawable } from '../ground/drawable';
import { byteCount, clock, plural, spent } from '../ground/figures';
import { placeText } from '../ground/lineRange';
import { citationFigures, doubtfulEvidence } from '../rlm/citations/citations';
import type { RunResult } from '../rlm/request';
import type { Look } from './look';

/** The lines below an answer: how the run ended, what the answer rests on, what it took. */
export function footer(result: RunResult, look: Look): string {
  const { coverage, usage, trajectory, durationMs } = result;
  const facts = [
    citationFigures(result.citations),
    `${plural(coverage.filesRead, 'file')} read`,
    usage.costUsd === null
      ? 'cost unknown'
      : usage.costUsd === 0
        ? 'no cost'
        : spent(usage.costUsd, usage.estimated),
    clock(durationMs),
  ];
  const lines = [
    ...endingLines(result).map((line) => look.warning(line)),
    ...doubtLines(result).map((line) => look.warning(line)),
    look.dim(facts.join(look.symbols.separator)),
    ...fileLines(result, look),
    ...(trajectory === null ? [] : [look.dim(`trajectory ${trajectory}`)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** How many documents are named; the rest is counted. */
const documentsShown = 5;

/** Where the report and the documents are. */
function fileLines({ report, documents }: RunResult, look: Look): readonly string[] {
  const lines = documents
    .slice(0, documentsShown)
    .map(({ path, bytes }) => look.dim(`document ${drawable(path)} (${byteCount(bytes)})`));
  const more = documents.length - lines.length;
  if (more > 0) lines.push(look.dim(`and ${plural(more, 'more document')} beside them`));
  if (report === null) return lines;
  const { path, bytes, sections, unwritten, problem, left } = report;
  const size = `${plural(sections, 'section')}, ${byteCount(bytes)}`;
  if (bytes > 0) lines.unshift(`report ${drawable(path)} (${size})`);
  if (unwritten.length > 0) {
    lines.unshift(
      look.warning(`${plural(unwritten.length, 'section')} reserved and never written`),
    );
  }
  if (left !== null) lines.unshift(look.warning(drawable(left)));
  if (problem !== null)
    lines.unshift(look.warning(`The report is not complete: ${drawable(problem)}`));
  return lines;
}

function endingLines(result: RunResult): readonly string[] {
  const { status, reason, answer, withoutCode, iterations, trajectory, run } = result;
  const had = answer === '' ? 'There is no answer yet.' : 'Above is what there was.';
  const goesOn = `--follow-up ${run} goes on from there, and asks nothing twice.`;
  // Only a run with a log can be resumed.
  const goOn = (line: string) => (trajectory !== null && iterations > 0 ? [line] : []);
  switch (status) {
    case 'answered':
      return withoutCode
        ? ['No code submitted this answer: it is what the model wrote as text.']
        : [];
    case 'limit':
      return [
        `Stopped by a limit: ${drawable(reason ?? '')}${answer === '' ? ` ${had}` : ''}`,
        ...goOn(`With a higher limit, ${goesOn}`),
      ];
    case 'cancelled':
      return [`Cancelled. ${had}`, ...goOn(`${answered(result)}${goesOn}`)];
    case 'error':
      return [...(answer === '' ? [] : [had]), ...goOn(`${answered(result)}${goesOn}`)];
  }
}

function answered({ subcalls, subcallsAnswered }: RunResult): string {
  if (subcallsAnswered === 0) return '';
  return `${subcallsAnswered} of ${plural(subcalls, 'sub-call')} answered: `;
}

/** Few enough to read; more than these are counted. */
const doubtsShown = 5;

/** The citations that nobody should rely on without looking. */
function doubtLines({ citations }: RunResult): readonly string[] {
  return doubtfulEvidence.flatMap(({ kind, words }) => {
    const places = citations
      .filter(({ evidence }) => evidence === kind)
      .map((citation) => drawable(placeText(citation)));
    if (places.length === 0) return [];
    const more = places.length - doubtsShown;
    const shown = places.slice(0, doubtsShown).join(', ');
    return [`${words}: ${shown}${more > 0 ? ` and ${more} more` : ''}`];
  });
}
