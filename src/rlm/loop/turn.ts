import {
  type CellNeed,
  type CellResult,
  type CheckResult,
  KernelLostError,
} from '../../repl/kernel';
import type { NodeHandle } from '../../trajectory/recorder';
import type { Repl } from './repl';
import type { CodePiece, FinalPiece } from './reply/codePiece';
import { intention } from './reply/intention';
import { type ParsedReply, parseReply } from './reply/parseReply';

/** What runs cells, and tells a program from another text. */
export type CellRunner = Pick<Repl, 'check' | 'execute'>;

/** What came of running the code of one reply. */
export type TurnResult =
  /** Nothing in the reply is code. */
  | { readonly kind: 'no-code' }
  /** The code was not complete when the reply ended at the output limit. */
  | { readonly kind: 'cut-off' }
  | {
      readonly kind: 'ran';
      /** The cells that ran, in order. */
      readonly code: string;
      /** Their output, in order. */
      readonly output: string;
      /** The first prompts that they asked sub-models, a few of many. */
      readonly subcalls: readonly string[];
      /** The last cell's result. */
      readonly last: CellResult;
      /** Names of the variables that they made or changed. */
      readonly changed: ReadonlySet<string>;
      /** Pieces of code that were left out because one before them failed. */
      readonly skipped: number;
      /** Where the reply goes on with output that the model invented, in characters; null where it does not. */
      readonly inventedFrom: number | null;
      /** True when the output limit cut off a piece of code after those that ran. */
      readonly restCut: boolean;
    };

/**
 * Runs the code of a reply piece by piece, each as a cell, until one fails or submits. A submission in the text
 * comes last. What the model wrote after output that it invented is not run: it rests on that.
 */
export async function runTurn(
  text: string,
  cutOff: boolean,
  repl: CellRunner,
  iteration: NodeHandle,
  signal: AbortSignal,
): Promise<TurnResult> {
  const turn = new Turn(parseReply(text), cutOff, repl, iteration, signal);
  const result = await turn.run();
  if (result.kind !== 'no-code') return result;
  return cutOff && text.includes('```') ? { kind: 'cut-off' } : result;
}

class Turn {
  readonly #parts: ParsedReply['parts'];
  readonly #cutOff: boolean;
  readonly #repl: CellRunner;
  readonly #iteration: NodeHandle;
  readonly #signal: AbortSignal;
  readonly #codes: string[] = [];
  readonly #outputs: string[] = [];
  readonly #subcalls: string[] = [];
  readonly #changed = new Set<string>();
  #last: CellResult | null = null;
  #skipped = 0;
  #inventedFrom: number | null = null;
  #restCut = false;

  constructor(
    { parts }: ParsedReply,
    cutOff: boolean,
    repl: CellRunner,
    iteration: NodeHandle,
    signal: AbortSignal,
  ) {
    this.#parts = parts;
    this.#cutOff = cutOff;
    this.#repl = repl;
    this.#iteration = iteration;
    this.#signal = signal;
  }

  async run(): Promise<TurnResult> {
    const final = await this.#runCells();
    if (final && !this.#isOver) await this.#runPiece(final);
    const last = this.#last;
    if (!last) return { kind: this.#restCut ? 'cut-off' : 'no-code' };
    return {
      kind: 'ran',
      code: this.#codes.join('\n'),
      output: this.#outputs.join('\n'),
      subcalls: this.#subcalls,
      last,
      changed: this.#changed,
      skipped: this.#skipped,
      inventedFrom: this.#inventedFrom,
      restCut: this.#restCut,
    };
  }

  /** @returns the first submission in the text, unless it comes after an invention. */
  async #runCells(): Promise<FinalPiece | null> {
    let final: FinalPiece | null = null;
    for (const part of this.#parts) {
      if (part.kind === 'invented') {
        // Before any code, it is how the model talks.
        if (this.#last) this.#inventedFrom = part.start;
      } else if (part.kind === 'final') {
        final ??= part;
      } else if (this.#isOver) {
        if (this.#last?.status !== 'ok' && part.otherwise !== null) this.#skipped += 1;
      } else {
        await this.#runPiece(part);
      }
      if (this.#inventedFrom !== null || this.#restCut) break;
    }
    return final;
  }

  /** One that failed or submitted was the last. */
  get #isOver(): boolean {
    if (this.#restCut) return true;
    return this.#last !== null && (this.#last.status !== 'ok' || this.#last.answer !== null);
  }

  async #runPiece(piece: CodePiece | FinalPiece): Promise<void> {
    if (this.#cutOff && !piece.closed) {
      this.#restCut = true;
      return;
    }
    const code = await this.#choose(piece);
    if (code === null) {
      if (piece.elseOutput && this.#last) this.#inventedFrom = piece.start;
      return;
    }
    if (!this.#last) this.#iteration.progress({ summary: summaryOf(piece, code) });
    const { result, prompts } = await this.#repl.execute(code, this.#iteration, this.#signal);
    this.#last = result;
    this.#codes.push(code);
    this.#subcalls.push(...prompts);
    for (const name of result.changed) this.#changed.add(name);
    if (result.output) this.#outputs.push(result.output);
  }

  /** The first reading that is what it has to be; else what the piece says. */
  async #choose({ code, others, need, otherwise }: CodePiece | FinalPiece): Promise<string | null> {
    const written = await this.#check([code], need);
    // With the kernel gone, running it tells so.
    if (!written || written.ok) return code;
    const readings = others();
    if (readings.length === 0) return otherwise;
    const checked = await this.#check(readings, need);
    return checked?.ok ? (readings[checked.index] ?? otherwise) : otherwise;
  }

  /** Null when the kernel is gone. */
  async #check(readings: readonly string[], need: CellNeed): Promise<CheckResult | null> {
    try {
      return await this.#repl.check(readings, need);
    } catch (error) {
      if (error instanceof KernelLostError) return null;
      throw error;
    }
  }
}

function summaryOf({ kind, prose }: CodePiece | FinalPiece, code: string): string {
  return kind === 'final' ? 'Submit the answer' : intention(prose, code);
}
