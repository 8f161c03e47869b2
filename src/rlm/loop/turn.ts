import type { CellResult } from '../../repl/kernel';
import type { NodeHandle } from '../../trajectory/recorder';
import { type CodeFence, countFences, intention, nextFence, submissionInText } from './fences';
import type { Repl } from './repl';

/** What came of running the code of one reply. */
export type TurnResult =
  /** Nothing could be cut out of the reply that is code. */
  | { readonly kind: 'no-code' }
  /** The code was not complete when the reply ended at the output limit. */
  | { readonly kind: 'cut-off' }
  | {
      readonly kind: 'ran';
      /** The cells that ran, in order. */
      readonly code: string;
      /** Their output, in order. */
      readonly output: string;
      /** The first prompts that they asked sub-models, at most two. */
      readonly subcalls: readonly string[];
      /** The last cell's result. */
      readonly last: CellResult;
      /** Names of the variables that they made or changed. */
      readonly changed: ReadonlySet<string>;
      /** Fences that were left out because one before them failed. */
      readonly skipped: number;
    };

/** Runs the code fences of a reply one after the other, until one fails or submits. */
export async function runTurn(
  text: string,
  cutOff: boolean,
  repl: Repl,
  iteration: NodeHandle,
  signal: AbortSignal,
): Promise<TurnResult> {
  const fence = nextFence(text) ?? fenceOfSubmission(text);
  if (!fence) return { kind: cutOff && text.includes('```') ? 'cut-off' : 'no-code' };
  if (cutOff && !fence.closed) return { kind: 'cut-off' };
  iteration.progress({ summary: intention(fence.prose, fence.candidates[0]?.code ?? '') });
  return runFences(text, fence, repl, iteration, signal);
}

async function runFences(
  text: string,
  first: CodeFence,
  repl: Repl,
  iteration: NodeHandle,
  signal: AbortSignal,
): Promise<TurnResult> {
  const outputs: string[] = [];
  const codes: string[] = [];
  const subcalls: string[] = [];
  const changed = new Set<string>();
  for (let fence = first; ; ) {
    const cell = await chooseCell(fence, repl);
    const { result, prompts } = await repl.execute(cell.code, iteration, signal);
    codes.push(cell.code);
    subcalls.push(...prompts);
    for (const name of result.changed) changed.add(name);
    if (result.output) outputs.push(result.output);
    const failed = result.status !== 'ok';
    const next = failed || result.answer !== null ? null : nextFence(text, cell.end);
    if (!next) {
      const skipped = failed ? countFences(text, cell.end) : 0;
      const code = codes.join('\n');
      const output = outputs.join('\n');
      return { kind: 'ran', code, output, subcalls, last: result, changed, skipped };
    }
    fence = next;
  }
}

/** The shortest candidate that compiles; when none does, the shortest, whose error is then shown. */
async function chooseCell({ candidates }: CodeFence, repl: Repl) {
  const shortest = candidates[0] ?? { code: '', end: 0 };
  if (candidates.length < 2) return shortest;
  const checked = await repl.check(candidates.map(({ code }) => code));
  return checked.ok ? (candidates[checked.index] ?? shortest) : shortest;
}

function fenceOfSubmission(text: string): CodeFence | null {
  const code = submissionInText(text);
  if (code === null) return null;
  return { prose: 'Submit the answer', candidates: [{ code, end: text.length }], closed: true };
}
