import type { ReportProgress } from '../../rlm/report/reportProgress';
import { byteCount, plural } from '../../trajectory/figures';

/** How far a report is, in a few words: `3 of 12 sections · 48 KB`. */
export function reportFigures({
  sections,
  openSections,
  bytes,
}: Pick<ReportProgress, 'sections' | 'openSections' | 'bytes'>): string {
  const size = byteCount(bytes);
  if (sections === 0) return size;
  const done = sections - openSections;
  return openSections === 0
    ? `${plural(sections, 'section')} · ${size}`
    : `${done} of ${plural(sections, 'section')} · ${size}`;
}
