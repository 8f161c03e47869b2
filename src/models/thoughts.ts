import { callAsText } from './toolCalls';

/** What a model wrote, its thinking set aside. */
export interface PartedReply {
  readonly text: string;
  /** Empty when it did not think aloud. */
  readonly thoughts: string;
}

/** What begins and ends a thought in the text of one model or another. */
const marks: readonly (readonly [open: string, close: string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'],
  ['<seed:think>', '</seed:think>'],
  ['[THINK]', '[/THINK]'],
  ['◁think▷', '◁/think▷'],
  ['<|START_THINKING|>', '<|END_THINKING|>'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
];

/** Marks of an answer after a thought; they say nothing. */
const answerMarks =
  /^\s*(?:<\|START_RESPONSE\|>|<\|begin_of_solution\|>)|(?:<\|END_RESPONSE\|>|<\|end_of_solution\|>)\s*$/g;

/**
 * Sets aside what a model thinks aloud. Tags count where models write them: they begin a reply or a line, and
 * are outside of code; a reply may speak of them. A thought that does not end is all of the rest. Takes time
 * linear in the length of the reply.
 */
export function partThoughts(whole: string): PartedReply {
  const { text, thoughts } = partChannels(whole) ?? partTags(whole);
  const said = thoughts.length === 0 ? whole : text.replace(answerMarks, '').trimStart();
  const thought = thoughts.map((one) => one.trim()).filter((one) => one !== '');
  return { text: said, thoughts: thought.join('\n\n') };
}

interface Parts {
  readonly text: string;
  readonly thoughts: readonly string[];
}

const escaped = (mark: string) => mark.replace(/[|[\]/]/g, '\\$&');
const anyOf = (list: readonly string[]) => list.map(escaped).join('|');
/** A fence of code, what begins a thought, or what ends one. */
const tag = new RegExp(
  `^[ \\t]*(?<fence>\`\`\`|~~~)|^[ \\t]*(?<open>${anyOf(marks.map(([open]) => open))})|` +
    `(?<close>${anyOf(marks.map(([, close]) => close))})`,
  'gm',
);

/** A thought that has begun. */
interface Begun {
  readonly start: number;
  readonly from: number;
  readonly close: string;
  /** Where it would have ended, if not for the code around that. */
  end: { readonly at: number; readonly length: number } | null;
}

function partTags(whole: string): Parts {
  const thoughts: string[] = [];
  const texts: string[] = [];
  let done = 0;
  let inFence = false;
  let begun: Begun | null = null;
  const end = (thought: Begun, at: number, length: number) => {
    texts.push(whole.slice(done, thought.start));
    thoughts.push(whole.slice(thought.from, at));
    done = at + length;
    inFence = false;
    begun = null;
  };
  for (const { 0: found, index, groups = {} } of whole.matchAll(tag)) {
    const { fence, open, close } = groups;
    if (fence !== undefined) {
      inFence = !inFence;
    } else if (open !== undefined && !begun && !inFence) {
      begun = { start: index, from: index + found.length, close: closeOf(open), end: null };
    } else if (close !== undefined && !isQuoted(whole, index, close)) {
      // The prompt of some servers begins the thought, and the reply only ends it.
      const begunBefore = !begun && thoughts.length === 0 && endsLine(whole, index + close.length);
      const thought: Begun | null = begun ?? (begunBefore ? unopened(close) : null);
      if (!thought || thought.close !== close) continue;
      if (!inFence) end(thought, index, close.length);
      else if (begun) thought.end = { at: index, length: close.length };
    }
  }
  // Its own code was not ended.
  const last: Begun | null = begun;
  if (last !== null) endLast(last, whole, end);
  return { text: `${texts.join('')}${whole.slice(done)}`, thoughts };
}

function endLast(
  last: Begun,
  whole: string,
  end: (thought: Begun, at: number, length: number) => void,
): void {
  if (last.end) end(last, last.end.at, last.end.length);
  // At the very beginning it is a thought, ended or not; elsewhere only when it ends.
  else if (whole.slice(0, last.start).trim() === '') end(last, whole.length, 0);
}

function closeOf(open: string): string {
  return marks.find(([mark]) => mark === open)?.[1] ?? '';
}

function unopened(close: string): Begun {
  return { start: 0, from: 0, close, end: null };
}

function isQuoted(text: string, at: number, mark: string): boolean {
  return /["'`]/.test(text.charAt(at - 1)) && /["'`]/.test(text.charAt(at + mark.length));
}

function endsLine(text: string, at: number): boolean {
  const rest = text.slice(at, at + 100).split('\n', 1)[0] ?? '';
  return rest.trim() === '';
}

/** The channels of the harmony format, where a server shows them in its text; null when there are none. */
function partChannels(whole: string): Parts | null {
  if (!/^\s*(?:<\|start\|>assistant)?<\|channel\|>/.test(whole)) return partBareChannels(whole);
  const text: string[] = [];
  const thoughts: string[] = [];
  for (const message of whole.split('<|channel|>').slice(1)) {
    const [head = '', ...said] = message.split('<|message|>');
    const content = said.join('<|message|>').replace(/<\|(?:end|return|call|start)\|>[\s\S]*$/, '');
    // A call of a tool, in whatever channel.
    const tool = /\bto=([\w.]{1,80})/.exec(head)?.[1];
    if (tool !== undefined) text.push(callAsText(tool, content));
    else (/^\s*analysis/.test(head) ? thoughts : text).push(content);
  }
  return { text: text.join('\n\n'), thoughts };
}

/** The same where the server took the control words out and left the names: "analysisHm.assistantfinalYes." */
function partBareChannels(whole: string): Parts | null {
  const head = /^\s*analysis(?=[\sA-Z])/.exec(whole)?.[0];
  if (head === undefined) return null;
  const end = whole.indexOf(bareFinal);
  if (end < 0) return null;
  return { text: whole.slice(end + bareFinal.length), thoughts: [whole.slice(head.length, end)] };
}

const bareFinal = 'assistantfinal';

/** Longest of the marks, in characters, with room for white space before it. */
const longestMark = 40;

/** Lets through of a stream what is no thought at its beginning. */
export class ThoughtFilter {
  /** Pieces from the beginning, until it is clear how that goes on; null from then on. */
  #held: string[] | null = [];
  #head = '';
  #tail = '';
  #shown = false;

  /** @returns what can be shown now. */
  next(delta: string): string {
    const text = this.#next(delta);
    // What is between a thought and the reply is neither.
    const shown = this.#shown ? text : text.trimStart();
    this.#shown ||= shown !== '';
    return shown;
  }

  #next(delta: string): string {
    if (!this.#held) return delta;
    this.#held.push(delta);
    if (this.#head.length < longestMark) this.#head += delta;
    this.#tail = `${this.#tail}${delta}`.slice(-longestMark - delta.length);
    if (this.#isThinking()) return '';
    const text = partThoughts(this.#held.join('')).text;
    this.#held = null;
    return text;
  }

  #isThinking(): boolean {
    const head = this.#head.trimStart();
    if (head === '') return true;
    const [, close] = beginnings.find(([open]) => head.startsWith(open)) ?? [];
    if (close) return !this.#tail.includes(close);
    return beginnings.some(([open]) => open.startsWith(head));
  }
}

const beginnings: typeof marks = [
  ...marks,
  ['<|channel|>analysis', '<|channel|>final<|message|>'],
  ['<|start|>assistant<|channel|>analysis', '<|channel|>final<|message|>'],
];
