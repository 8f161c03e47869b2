import { reportFigures } from '../../ground/figures';
import type { NodeOutcome } from '../../trajectory/events';
import type { NodeHandle } from '../../trajectory/recorder';
import type { ReportProgress } from './reportProgress';

/** The least time between two updates, in ms: thousands of sections may come in a second. */
const gapMs = 250;

/** Shows the progress of a report as a node of the run's tree, from its first text on. */
export class ReportNode {
  readonly #root: NodeHandle;
  #node: NodeHandle | null = null;
  #progress: ReportProgress | null = null;
  #waiting: NodeJS.Timeout | undefined;

  constructor(root: NodeHandle) {
    this.#root = root;
  }

  /** Call, as often as needed, when the report has grown or got sections. */
  readonly update = (progress: ReportProgress): void => {
    if (progress.bytes + progress.sections === 0) return;
    this.#progress = progress;
    if (this.#node) {
      this.#waiting ??= setTimeout(() => this.#show(), gapMs);
    } else {
      this.#node = this.#root.child('report', summaryOf(progress));
    }
  };

  /** Ends the node. @param problem why the report is not whole; null when it is. */
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
