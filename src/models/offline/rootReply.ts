import type { Conversation, PastTurn } from './conversation';
import { parseFindings } from './finding';
import { answerFromOutputs, foundNowhere } from './plainAnswer';
import { isOverview, questionTerms, widerTerms } from './questionTerms';
import { catalogueCells, partsOf, type ReportCells, reportCells } from './reportCells';
import {
  answerFromOverview,
  answerFromPlaces,
  answerWithText,
  askAboutParts,
  chooseParts,
  lookAtDocuments,
  lookAtRepository,
  lookWiderInDocuments,
  lookWiderInRepository,
  nothingInRepository,
  overviewOfDocuments,
  overviewOfRepository,
  submitAgain,
} from './searchCells';

/** What the offline root does in one turn, and the words its reply starts with. */
const steps = {
  look: 'First I look which texts have the words of the question, and rank them.',
  widen: 'No text has these words, so I look for their parts, within other words as well.',
  choose: 'Next I choose the parts of the best of them that have the most of the words.',
  ask: 'I let sub-calls read these parts and name the lines that bear on the question.',
  answer: 'These places bear on the question, so I quote and cite the best of them.',
  nothing: 'The words are nowhere in the context, and the answer has to say so.',
  overview: 'The question is about the whole, so I look at the layout and at what describes it.',
  describe: 'I quote how the context describes itself, and cite that.',
  outline: 'Every part is to be described, so I list the source and reserve a section for each.',
  sections: 'I fill the sections with what the source defines and what its comments say.',
  plan: 'I read what this kind of report is made from, and reserve its sections.',
  write: 'I fill the sections with what was found, each with its place.',
  written: 'The report is written, so I say which sections it has.',
  told: 'The report is written, so I say what it has.',
  files: 'That led nowhere, so I submit what is known without it.',
  again: 'The answer stands as it is, so I submit it again.',
} as const;

type Step = keyof typeof steps;

const stepNames: readonly Step[] = [
  'look',
  'widen',
  'choose',
  'ask',
  'answer',
  'nothing',
  'overview',
  'describe',
  'outline',
  'sections',
  'told',
  'plan',
  'write',
  'written',
  'files',
  'again',
];

/** What the offline root says next: one sentence and one cell, or in the end a plain answer. */
export function rootReply(conversation: Conversation): string {
  if (conversation.wanted === 'answer') return answerFromOutputs(conversation);
  const step = nextStep(conversation);
  return `${steps[step]}\n\n\`\`\`repl\n${cellOf(step, conversation)}\n\`\`\``;
}

function nextStep(conversation: Conversation): Step {
  const { turns } = conversation;
  const first = firstStep(conversation);
  const last = turns.at(-1);
  if (!last) return first;
  if (last.failed) return afterFailure(turns, first);
  switch (stepOf(last)) {
    case 'look':
      return foundFiles(last) ? 'choose' : 'widen';
    case 'widen':
      return foundFiles(last) ? 'choose' : 'nothing';
    case 'choose':
      return /^0 parts/.test(last.output) ? 'files' : 'ask';
    case 'ask':
      return parseFindings(last.output).length > 0 ? 'answer' : 'files';
    case 'overview':
      return 'describe';
    case 'outline':
      return 'sections';
    case 'sections':
      return 'told';
    case 'plan':
      return 'write';
    case 'write':
      return 'written';
    case null:
      return first;
    default:
      // The last turn set an answer. That there is another turn means that the answer was held back.
      return 'again';
  }
}

function firstStep(conversation: Conversation): Step {
  if (plannedCells(conversation) !== null) return 'plan';
  if (reportParts(conversation) !== null) return 'outline';
  return isOverview(conversation.question) ? 'overview' : 'look';
}

/** How a report of one of the templates is written; null when none is wanted. */
function plannedCells({ report, context }: Conversation): ReportCells | null {
  return report !== null && context.kind === 'repository' ? reportCells(report) : null;
}

/** What the sections of a report are about; null when no report on every part is wanted. */
function reportParts({ question, context, report }: Conversation): 'folder' | 'file' | null {
  return report !== null && context.kind === 'repository' ? partsOf(question) : null;
}

/** A restarted REPL has lost its variables. The first time we start again; after that we say what is known. */
function afterFailure(turns: readonly PastTurn[], first: Step): Step {
  const restarts = turns.filter(({ restarted }) => restarted).length;
  return turns.at(-1)?.restarted === true && restarts === 1 ? first : 'files';
}

function stepOf({ reply }: PastTurn): Step | null {
  return stepNames.find((name) => reply.startsWith(steps[name])) ?? null;
}

/** A ranking has lines of a score and a path. */
function foundFiles({ output }: PastTurn): boolean {
  return /^ *\d+\.\d+ {2}\S/m.test(output);
}

function cellOf(step: Step, conversation: Conversation): string {
  const { question } = conversation;
  switch (step) {
    case 'look':
      return lookCell(conversation);
    case 'widen':
      return widenCell(conversation);
    case 'choose':
      return chooseParts(conversation.context.kind);
    case 'ask':
      return askAboutParts(
        question,
        conversation.turns.some((turn) => stepOf(turn) === 'widen'),
      );
    case 'answer':
      return answerFromPlaces;
    case 'nothing':
      return conversation.context.kind === 'repository'
        ? nothingInRepository(foundNowhere(question))
        : answerWithText(foundNowhere(question));
    case 'overview':
      return conversation.context.kind === 'repository'
        ? overviewOfRepository
        : overviewOfDocuments(conversation.context.names);
    case 'describe':
      return answerFromOverview;
    case 'outline':
      return catalogue(conversation).outline;
    case 'sections':
      return catalogue(conversation).sections;
    case 'told':
      return catalogue(conversation).answer;
    case 'plan':
      return plannedCells(conversation)?.outline ?? '';
    case 'write':
      return plannedCells(conversation)?.sections ?? '';
    case 'written':
      return plannedCells(conversation)?.answer ?? '';
    case 'files':
      return answerWithText(answerFromOutputs(conversation));
    case 'again':
      return submitAgain;
  }
}

function catalogue(conversation: Conversation): ReportCells {
  return catalogueCells(reportParts(conversation) ?? 'folder');
}

function lookCell({ question, context }: Conversation): string {
  const terms = questionTerms(question);
  return context.kind === 'repository'
    ? lookAtRepository(terms)
    : lookAtDocuments(terms, context.names);
}

function widenCell({ question, context }: Conversation): string {
  const terms = widerTerms(question);
  return context.kind === 'repository' ? lookWiderInRepository(terms) : lookWiderInDocuments(terms);
}
