import type { Conversation } from './conversation';
import { type Finding, parseFindings } from './finding';
import { questionTerms } from './questionTerms';

/** The first line of every answer, so that nobody takes it for a language model's. */
export const whatThisIs = 'Offline answer: keyword search, no language model.';

const mostPlaces = 5;
const rankedFile = /^ *\d+\.\d+ {2}(\S.*?) {2}\((.*)\)$/gm;

/** The best answer from what the cells printed, when no more code is run. */
export function answerFromOutputs(conversation: Conversation): string {
  const outputs = conversation.turns.map(({ output }) => output);
  const findings = outputs.flatMap((output) => parseFindings(output)).slice(0, mostPlaces);
  if (findings.length > 0) return placesAnswer(findings);
  const files = outputs.flatMap((output) => [...output.matchAll(rankedFile)]).slice(0, mostPlaces);
  if (files.length > 0) {
    const list = files.map(([, path = '', hits = '']) => `- ${path} (${hits})`);
    return [
      whatThisIs,
      'The files with the most of the question’s words, best first:',
      list.join('\n'),
    ].join('\n\n');
  }
  return [whatThisIs, `Nothing was found before the end. ${lookedFor(conversation.question)}`].join(
    '\n\n',
  );
}

/** The honest answer when no term is anywhere. */
export function foundNowhere(question: string): string {
  return [
    whatThisIs,
    `Nothing was found. ${lookedFor(question)}`,
    'A language model could look for what the question means rather than for its words.',
  ].join('\n\n');
}

function placesAnswer(findings: readonly Finding[]): string {
  const [best] = findings;
  const list = findings.map(
    ({ path, start, end, found }) => `- \`${path}:${start}-${end}\` (${found.join(', ')})`,
  );
  const lead = best
    ? `Most likely \`${best.path}:${best.start}-${best.end}\`. The places with the most of the question’s words, best first:`
    : '';
  return [whatThisIs, lead, list.join('\n')].join('\n\n');
}

function lookedFor(question: string): string {
  const labels = questionTerms(question).terms.map(({ label }) => `**${label}**`);
  if (labels.length === 0) return 'The question has no word to search for.';
  return `It was searched for ${labels.join(', ')}, as they stand and in parts, in upper and lower case.`;
}
