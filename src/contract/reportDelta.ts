import type { ReportProgress, ReportSection } from '../rlm/report/reportProgress';

/** A report's progress with the changes of its outline since the last one. Plain data. */
export interface ReportDelta extends Omit<ReportProgress, 'outline'> {
  /** How many sections at the beginning are unchanged. */
  readonly kept: number;
  /** How many sections after those are gone or replaced. */
  readonly removed: number;
  /** The sections that replace them. */
  readonly inserted: readonly ReportSection[];
}

/** Finds what changed of a report: usually a few of up to 20,000 sections. */
export class ReportDeltas {
  #sent: readonly ReportSection[] = [];

  next({ outline, ...progress }: ReportProgress): ReportDelta {
    const [before, now] = [this.#sent, outline()];
    this.#sent = now;
    const least = Math.min(before.length, now.length);
    let kept = 0;
    while (kept < least && isSame(before[kept], now[kept])) kept += 1;
    let end = 0;
    while (end < least - kept && isSame(before.at(-1 - end), now.at(-1 - end))) end += 1;
    return {
      ...progress,
      kept,
      removed: before.length - kept - end,
      inserted: now.slice(kept, now.length - end),
    };
  }
}

/** Rebuilds a report's progress from the deltas. */
export class ReportFollower {
  #sections: readonly ReportSection[] = [];

  take({ kept, removed, inserted, ...progress }: ReportDelta): ReportProgress {
    const isEqual = removed === 0 && inserted.length === 0;
    if (!isEqual) this.#sections = this.#sections.toSpliced(kept, removed, ...inserted);
    return { ...progress, outline: () => this.#sections };
  }
}

function isSame(one: ReportSection | undefined, other: ReportSection | undefined): boolean {
  return (
    one?.id === other?.id &&
    one?.title === other?.title &&
    one?.level === other?.level &&
    one?.chars === other?.chars &&
    one?.open === other?.open &&
    one?.at === other?.at
  );
}
