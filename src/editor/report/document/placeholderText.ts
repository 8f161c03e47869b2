import { drawable } from '../../../ground/drawable';
import type { ReportSection } from '../../../rlm/report/reportProgress';
import { shorten } from '../../shorten';

/** Which sections of a report are being written, on one line; null when none is open. */
export function placeholderText(sections: readonly ReportSection[]): string | null {
  const open = sections.filter((section) => section.open);
  const [first] = open;
  if (!first) return null;
  // Short, because decorations are not wrapped.
  const title = drawable(shorten(first.title, 30));
  return `Being written: ${title}${open.length > 1 ? ` and ${open.length - 1} more` : ''}`;
}
