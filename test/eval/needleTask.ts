import { oneOf, seededRandom } from './random';
import { readsWell } from './subModelReach';

/** A long text that says one thing once, in words that the question does not have. */
export interface NeedleTask {
  readonly text: string;
  /** The sentence that says it. */
  readonly needle: string;
  /** 1-based line of that sentence. */
  readonly line: number;
}

const subjects = ['The supplier', 'The buyer', 'A party', 'The carrier', 'An auditor'] as const;
const verbs = ['shall inform', 'may ask', 'pays', 'reminds', 'shall consult'] as const;
const objects = ['the other side', 'the committee', 'all agents', 'the board'] as const;
const ends = ['in writing.', 'without delay.', 'once a quarter.', 'as agreed.'] as const;

/** @param length of the text, in characters, about */
export function needleTask(length: number, seed: number): NeedleTask {
  const random = seededRandom(seed);
  const lines: string[] = [];
  for (let chars = 0; chars < length; ) {
    const line = `${oneOf(subjects, random)} ${oneOf(verbs, random)} ${oneOf(objects, random)} ${oneOf(ends, random)}`;
    lines.push(line);
    chars += line.length + 1;
  }
  const year = 2030 + Math.floor(random() * 60);
  const needle = `All obligations cease on 31 December ${year}.`;
  const at = Math.floor(random() * lines.length);
  lines.splice(at, 0, needle);
  return { text: `${lines.join('\n')}\n`, needle, line: at + 1 };
}

/** A sub-model asked when obligations cease: right about every text it can read well, else useless. */
export function needleReply(prompt: string): string {
  if (!readsWell(prompt)) return 'The text covers various obligations of the parties.';
  const [, line, needle] = /^(\d+)\t(All obligations cease.*)$/m.exec(prompt) ?? [];
  return needle === undefined ? 'NONE' : `Line ${line}: "${needle}"`;
}
