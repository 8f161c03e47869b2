import { oneOf, seededRandom } from './random';
import { readsWell } from './subModelReach';

type Kind = 'PLACE' | 'PERSON' | 'NUMBER';

/**
 * A task like OOLONG-Pairs: lines of `user: question`, and wanted are all pairs of users of whom one asks
 * for a place and the other for a person. What a question asks for has to be understood.
 */
export interface PairsTask {
  readonly text: string;
  readonly items: number;
  /** `a-b` with a before b, sorted. */
  readonly pairs: readonly string[];
}

const questions: Readonly<Record<Kind, readonly [string, ...string[]]>> = {
  PLACE: [
    'Where was the treaty of {} signed?',
    'In which town does {} flow into the sea?',
    'What country borders {}?',
  ],
  PERSON: ['Who wrote the history of {}?', 'Whose idea was {}?', 'Which painter came from {}?'],
  NUMBER: [
    'How many bridges does {} have?',
    'In what year was {} founded?',
    'How far is it to {}?',
  ],
};
const names = ['Arden', 'Bellmar', 'Corvane', 'Dorn', 'Esk', 'Falun', 'Gard'] as const;
const kinds = ['PLACE', 'PERSON', 'NUMBER'] as const;

export function pairsTask(items: number, seed: number): PairsTask {
  const random = seededRandom(seed);
  const asked = new Map<string, Set<Kind>>();
  const lines: string[] = [];
  for (let i = 0; i < items; i++) {
    const user = `u${1000 + Math.floor(random() * (items / 2))}`;
    const kind = oneOf(kinds, random);
    lines.push(`${user}: ${oneOf(questions[kind], random).replace('{}', oneOf(names, random))}`);
    asked.set(user, (asked.get(user) ?? new Set()).add(kind));
  }
  const users = [...asked.keys()].sort();
  const has = (user: string, kind: Kind) => asked.get(user)?.has(kind) ?? false;
  const pairs = users.flatMap((a, index) =>
    users
      .slice(index + 1)
      .filter((b) => (has(a, 'PLACE') && has(b, 'PERSON')) || (has(a, 'PERSON') && has(b, 'PLACE')))
      .map((b) => `${a}-${b}`),
  );
  return { text: `${lines.join('\n')}\n`, items, pairs };
}

/** A sub-model asked to label numbered lines: right on every prompt it can read well, else useless. */
export function pairsReply(prompt: string): string {
  if (!readsWell(prompt)) return 'The questions ask for places, persons and numbers.';
  return [...prompt.matchAll(/^(\d+): \w+: (.*)$/gm)]
    .map(([, number, question]) => `${number}: ${kindOf(question ?? '')}`)
    .join('\n');
}

function kindOf(question: string): Kind {
  const starts = (pattern: string) => question.startsWith(pattern.split('{}')[0] ?? pattern);
  return kinds.find((kind) => questions[kind].some(starts)) ?? 'NUMBER';
}
