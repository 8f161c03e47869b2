import { Writable } from 'node:stream';
import { createLogUpdate } from 'log-update';
import { harmless } from '../ground/drawable';
import type { Limits } from '../rlm/budget/limits';
import type { EventSink } from '../trajectory/events';
import { emptyTree, reduce, type Tree } from '../trajectory/tree';
import type { AskIo, TextOutput } from './askIo';
import { drawTree } from './drawTree';
import { type Look, lookOf } from './look';
import type { Progress } from './progress';

/** Time between two drawings, in milliseconds. */
const redrawMs = 100;
/** The tallest drawing, in lines, so that some of the terminal stays as it was. */
const tallest = 24;

/** Draws the tree of a run in place, about ten times a second, while the run lasts. */
export class LiveProgress implements Progress {
  readonly #io: AskIo;
  readonly #limits: Limits;
  readonly #look: Look;
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #timer: NodeJS.Timeout;
  #tree: Tree = emptyTree();
  #stopped = false;

  constructor(io: AskIo, limits: Limits) {
    this.#io = io;
    this.#limits = limits;
    this.#look = lookOf(io.stderr, io);
    this.#update = createLogUpdate(withoutWrapping(io.stderr));
    this.#timer = setInterval(() => this.#draw(), redrawMs);
  }

  readonly sink: EventSink = (event) => {
    this.#tree = reduce(this.#tree, event);
  };

  note(text: string): void {
    this.#update.clear();
    this.#io.stderr.write(`${this.#look.warning(harmless(text))}\n`);
    if (!this.#stopped) this.#draw();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#update.clear();
    const lines = this.#lines(Number.POSITIVE_INFINITY);
    if (lines.length > 0) this.#io.stderr.write(`${lines.join('\n')}\n`);
    this.#update.done();
  }

  #draw(): void {
    // A slow terminal gets fewer drawings instead of a queue of them.
    if (this.#io.stderr.writableNeedDrain) return;
    const rows = this.#io.stderr.rows ?? 24;
    this.#update(this.#lines(Math.min(rows - 2, tallest)).join('\n'));
  }

  #lines(height: number): readonly string[] {
    return drawTree(this.#tree, {
      look: this.#look,
      now: this.#io.now(),
      // The last column stays free: some terminals wrap when it is filled.
      width: (this.#io.stderr.columns ?? 80) - 1,
      height,
      maxIterations: this.#limits.maxIterations,
      maxCostUsd: this.#limits.maxCostUsd,
    });
  }
}

const wrapOff = '\u001b[?7l';
const wrapOn = '\u001b[?7h';

/**
 * The terminal, with automatic wrapping off during each write. If it draws a character wider than expected,
 * the line is cut at the edge instead of spoiling the redrawing.
 */
function withoutWrapping(output: TextOutput): NodeJS.WritableStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      output.write(`${wrapOff}${String(chunk)}${wrapOn}`);
      done();
    },
  });
  return Object.defineProperties(stream, {
    isTTY: { get: () => output.isTTY },
    columns: { get: () => output.columns },
    rows: { get: () => output.rows },
  });
}
