import { drawable } from '../../../ground/drawable';
import type { ReportSection } from '../../../rlm/report/reportProgress';
import { shorten } from '../../shorten';

/** What is still to come in a report, on one line; null when no section is open. */
export function placeholderText(sections: readonly ReportSection[]): string | null {
  const open = sections.filter((section) => section.open);
  const [first] = open;
  if (!first) return null;
  // Short, since it is not wrapped.
  const title = drawable(shorten(first.title, 30));
  return `Being written: ${title}${open.length > 1 ? ` and ${open.length - 1} more` : ''}`;
}
