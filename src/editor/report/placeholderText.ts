import type { ReportSection } from '../../rlm/reportSpool';
import { shorten } from '../shorten';

/** Sections that are named one by one. */
const named = 3;

/** What is still to come in a report, on one line; null when no section is open. */
export function placeholderText(sections: readonly ReportSection[]): string | null {
  const open = sections.filter((section) => section.open);
  if (open.length === 0) return null;
  const titles = open.slice(0, named).map(({ title }) => shorten(title, 40));
  const more = open.length - titles.length;
  return `Being written: ${titles.join(' · ')}${more > 0 ? ` · ${more} more` : ''}`;
}
