import { reportFigures } from '../../ground/figures';
import type { NodeOutcome } from '../../trajectory/events';
import type { NodeHandle } from '../../trajectory/recorder';
import type { ReportProgress } from './reportProgress';

/** Least time between two updates, in ms: sections may come by the thousand in a second. */
const gapMs = 250;

/** How far the report of a run is, as a node of its tree; there is one from the first text on. */
export class ReportNode {
  readonly #root: NodeHandle;
  #node: NodeHandle | null = null;
  #progress: ReportProgress | null = null;
  #waiting: NodeJS.Timeout | undefined;

  constructor(root: NodeHandle) {
    this.#root = root;
  }

  /** The report has grown, or got sections; may be often. */
  readonly update = (progress: ReportProgress): void => {
    if (progress.bytes + progress.sections === 0) return;
    this.#progress = progress;
    if (this.#node) {
      this.#waiting ??= setTimeout(() => this.#show(), gapMs);
    } else {
      this.#node = this.#root.child('report', summaryOf(progress));
    }
  };

  /** Nothing more is written. @param problem why it is not whole; null when it is. */
  end(outcome: NodeOutcome, problem: string | null): void {
    clearTimeout(this.#waiting);
    const summary = this.#progress ? { summary: summaryOf(this.#progress) } : {};
    if (problem === null) this.#node?.end(outcome, summary);
    else this.#node?.end('error', { ...summary, reason: problem });
  }

  #show(): void {
    this.#waiting = undefined;
    if (this.#progress) this.#node?.progress({ summary: summaryOf(this.#progress) });
  }
}

function summaryOf(progress: ReportProgress): string {
  return `Report · ${reportFigures(progress)}`;
}
