import type { Revisions } from '../rlm/report/reportTemplates';
import type { ReportWish } from '../rlm/report/reportWish';
import { UsageError } from './exitStatus';

/** The options about the report. */
export interface ReportOptions {
  readonly reportTemplate?: string;
  readonly reportLanguage?: string;
  readonly revisions?: string;
}

/** Template, language and revisions of the report; null when none is given. @throws {UsageError} */
export function reportWishOf(raw: ReportOptions): ReportWish | null {
  const template = raw.reportTemplate?.trim() ?? null;
  const language = raw.reportLanguage?.trim() ?? '';
  if (raw.revisions !== undefined && template === null) {
    throw new UsageError(
      '--revisions is for a report template, for example: --report-template change-log.',
    );
  }
  if (template === null && language === '') return null;
  return { template, language, revisions: revisionsOf(raw.revisions) };
}

/** `v1.0..v1.1`; a single revision is compared with HEAD. */
function revisionsOf(text: string | undefined): Revisions | null {
  if (text === undefined) return null;
  const [, from = '', to = ''] = /^\s*(.*?)(?:\.\.(.*))?\s*$/.exec(text) ?? [];
  if (from !== '' && !to.startsWith('.')) return { from, to: to || 'HEAD' };
  throw new UsageError(`--revisions ${text} is not of the form FROM..TO, for example v1.0..v1.1.`);
}
