import type { Memento } from 'vscode';
import type { ReportWish } from '../../rlm/report/reportWish';
import type { WantedReport } from '../running/questionAttempt';
import { choicesFrom } from './choices/reportChoices';
import { type TargetRecord, targetRecord } from './choices/reportTarget';

const key = 'fathom.wantedReports';
/** Runs whose reports are known. */
const mostRuns = 50;

interface Kept {
  readonly run: string;
  readonly wish: ReportWish;
  readonly target: TargetRecord;
}

/**
 * The reports of the last runs that were to go somewhere besides their documents, so that the report of a
 * run that is resumed gets there; of this workspace.
 */
export class WantedReports {
  readonly #state: Memento;

  constructor(workspaceState: Memento) {
    this.#state = workspaceState;
  }

  async remember(run: string, { wish, target }: WantedReport): Promise<void> {
    // What a report is to be is in the log of its run, too.
    if (target.kind === 'document') return;
    const others = this.#all().filter((one) => one.run !== run);
    const kept: Kept = { run, wish, target: targetRecord(target) };
    await this.#state.update(key, [kept, ...others].slice(0, mostRuns));
  }

  /** Undefined when it goes nowhere else. */
  of(run: string): WantedReport | undefined {
    const kept = this.#all().find((one) => one.run === run);
    const { target } = choicesFrom({ target: kept?.target });
    return kept && target && { wish: kept.wish, target };
  }

  #all(): readonly Kept[] {
    return this.#state.get<readonly Kept[]>(key, []);
  }
}
