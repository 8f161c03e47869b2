import type { ReportProgress, ReportSection } from '../rlm/report/reportProgress';

/** How far a report is, as what changed of its outline since the last time. Plain data. */
export interface ReportDelta extends Omit<ReportProgress, 'outline'> {
  /** Sections that stay as they were, at the beginning. */
  readonly kept: number;
  /** Sections after those that are gone, or other ones now. */
  readonly removed: number;
  /** What stands there now. */
  readonly inserted: readonly ReportSection[];
}

/** Says of a report how it changed: of 20,000 sections a few do from one moment to the next. */
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

/** Puts together again what `ReportDeltas` took apart. */
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
