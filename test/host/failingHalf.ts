import type { ModelRequest, ModelScript, ScriptedReply } from './modelScript';
import { seededRandom } from './seededRandom';

/** What a server or a gateway does that has too much to do: before a byte, and in the middle of a reply. */
const failures: readonly ScriptedReply[] = [
  { drop: 'before' },
  { drop: 'mid-stream', text: 'Half an ans' },
  { drop: 'mid-stream', text: '' },
  { text: 'Half an ans', finishReason: null, noUsage: true },
  { status: 502, body: '<html><h1>Bad Gateway</h1></html>' },
  { status: 503, body: 'Service Unavailable' },
  { status: 504, body: '' },
];

/** A script of which half of the replies fail, and what it has answered. */
export interface HalfFailing {
  readonly script: ModelScript;
  /** The prompts that were answered to the end, in that order. */
  readonly answered: readonly string[];
  /** Prompts that were asked for again after they had been answered. */
  readonly askedAgain: readonly string[];
  readonly failed: number;
}

/** @param reply what is answered where nothing fails. */
export function failingHalf(reply: (request: ModelRequest) => string, seed: number): HalfFailing {
  const random = seededRandom(seed);
  const answered: string[] = [];
  const askedAgain: string[] = [];
  let failed = 0;
  return {
    answered,
    askedAgain,
    get failed() {
      return failed;
    },
    script: (request) => {
      const { prompt } = request;
      if (answered.includes(prompt)) askedAgain.push(prompt);
      if (random() < 0.5) {
        failed += 1;
        return failures[Math.floor(random() * failures.length)] ?? { drop: 'before' };
      }
      answered.push(prompt);
      return reply(request);
    },
  };
}
