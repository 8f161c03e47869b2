import type { ReportSection } from '../../../rlm/report/reportProgress';

/** A row of a report's outline: a section with those below it, or a range of rows. */
export type OutlineRow =
  | {
      readonly kind: 'section';
      readonly section: ReportSection;
      readonly rows: readonly OutlineRow[];
    }
  | {
      readonly kind: 'range';
      /** 1-based, inclusive, among the rows beside it. */
      readonly from: number;
      readonly to: number;
      readonly rows: readonly OutlineRow[];
    };

/** How many rows are side by side. More are grouped into ranges, so that 20,000 can be shown. */
const mostRows = 200;

/** The outline of a report: each section is below the last one with a higher heading. */
export function outlineRows(sections: readonly ReportSection[]): readonly OutlineRow[] {
  interface Open {
    readonly level: number;
    readonly rows: OutlineRow[];
  }
  const top: OutlineRow[] = [];
  const path: Open[] = [{ level: 0, rows: top }];
  const groups: OutlineRow[][] = [];
  for (const section of sections) {
    while ((path.at(-1)?.level ?? 0) >= section.level && path.length > 1) path.pop();
    const rows: OutlineRow[] = [];
    groups.push(rows);
    path.at(-1)?.rows.push({ kind: 'section', section, rows });
    path.push({ level: section.level, rows });
  }
  for (const rows of groups) inRanges(rows);
  inRanges(top);
  return top;
}

function inRanges(rows: OutlineRow[]): void {
  if (rows.length <= mostRows) return;
  const size = Math.max(mostRows, Math.ceil(rows.length / mostRows));
  const all = rows.splice(0);
  for (let start = 0; start < all.length; start += size) {
    const part = all.slice(start, start + size);
    rows.push({ kind: 'range', from: start + 1, to: start + part.length, rows: part });
  }
}

/** All sections in the rows. */
export function* sectionsIn(rows: readonly OutlineRow[]): Generator<ReportSection> {
  for (const row of rows) {
    if (row.kind === 'section') yield row.section;
    yield* sectionsIn(row.rows);
  }
}
