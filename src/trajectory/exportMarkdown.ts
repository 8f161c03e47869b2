import { spent } from '../ground/figures';
import { safeMarkdown } from '../ground/markdown/safeMarkdown';
import { askedBelow, type RecordedNode, type Recording, usageBelow } from './recording';

/** How many characters of a text are shown; the log has all of it. */
const mostShown = 4_000;
/** How many sub-calls of a cell are shown with their replies. */
const mostSubcalls = 20;

/** A run as Markdown, for reading and sharing: question, answer, and the work turn by turn. */
export function exportMarkdown({ details, root }: Recording): string {
  const answer = root.children.find(({ kind }) => kind === 'answer')?.bodies.get('answer');
  const turns = root.children.filter(
    ({ kind, children }) => kind === 'iteration' && children.length,
  );
  const parts = [
    `# ${oneLine(details.question)}`,
    facts(details, root),
    `## Answer\n\n${answer ?? `There is none${root.reason ? `: ${root.reason}` : ''}.`}`,
    '## How it was worked out',
    ...turns.map((turn, index) => turnText(turn, index + 1, 3)),
  ];
  return safeMarkdown(`${parts.join('\n\n')}\n`);
}

function facts(
  { model, subModel, subject, time }: Recording['details'],
  root: RecordedNode,
): string {
  const { inputTokens, outputTokens, costUsd, estimated } = usageBelow(root);
  const models = model === subModel ? model : `${model}, sub-calls ${subModel}`;
  const cost = costUsd === null ? 'cost unknown' : spent(costUsd, estimated);
  return [
    `- About: ${oneLine(subject)}`,
    `- When: ${new Date(time).toISOString()}`,
    `- Models: ${models}`,
    `- Ended: ${root.outcome ?? 'not'}${root.reason ? ` (${oneLine(root.reason)})` : ''}`,
    `- Used: ${inputTokens} + ${outputTokens} tokens, ${cost}`,
  ].join('\n');
}

function turnText(turn: RecordedNode, number: number, level: number): string {
  const heading = `${'#'.repeat(Math.min(level, 6))} ${number}. ${oneLine(turn.summary)}`;
  const cells = turn.children.filter(({ kind }) => kind === 'cell');
  const words = turn.children
    .filter(({ kind }) => kind === 'model-call')
    .map((call) => call.bodies.get('response') ?? '');
  // The reply mostly repeats the code.
  const body = cells.length > 0 ? cells.map((cell) => cellText(cell, level)) : words.map(shown);
  return [heading, ...body].filter((part) => part !== '').join('\n\n');
}

function cellText(cell: RecordedNode, level: number): string {
  const output = cell.bodies.get('output') ?? '';
  const asked = askedBelow(cell);
  const more = asked.length - mostSubcalls;
  return [
    fenced(cell.bodies.get('code') ?? '', 'python'),
    ...asked.slice(0, mostSubcalls).map((node) => askedText(node, level)),
    more > 0 ? `… and ${more} more sub-calls.` : '',
    output ? fenced(shown(output), 'text') : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function askedText(node: RecordedNode, level: number): string {
  const reply = node.bodies.get('response') ?? node.bodies.get('answer') ?? node.reason ?? '';
  const what = node.kind === 'child' ? 'Child' : 'Sub-call';
  const quoted = shown(reply).replace(/^/gm, '> ');
  const turns = node.children.filter(
    ({ kind, children }) => kind === 'iteration' && children.length,
  );
  return [
    `${what}: ${oneLine(node.summary)}`,
    ...turns.map((turn, index) => turnText(turn, index + 1, level + 1)),
    quoted,
  ].join('\n\n');
}

/** A fence that nothing in the text can close. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

function shown(text: string): string {
  if (text.length <= mostShown) return text;
  return `${text.slice(0, mostShown)}\n… ${text.length - mostShown} more characters`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
