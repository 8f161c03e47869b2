import type { Prompts } from '../prompts/prompts';
import {
  findReportTemplate,
  loadReportTemplates,
  type Revisions,
  withRevisions,
} from './reportTemplates';

/** A wish for a report. */
export interface ReportWish {
  /** Name of a template in `prompts/reports/`; null for the question's own subject. */
  readonly template: string | null;
  /** For a template about two revisions. */
  readonly revisions: Revisions | null;
  /** The report's language, by any name that a model knows; "" for that of the question. */
  readonly language: string;
  /** Where the asker also puts the report. A run only keeps it in its log, for those who resume it. */
  readonly target?: Readonly<Record<string, string>>;
}

/** The part of a request about a report. */
export interface AskedReport {
  readonly report?: ReportWish | null;
  readonly reportFile?: string | null;
  readonly promptFolders: readonly string[];
}

/** Whether a report is wanted. */
export function isReportWanted({ report, reportFile }: AskedReport): boolean {
  return (report ?? null) !== null || (reportFile ?? null) !== null;
}

/**
 * What the model is told about the wanted report, after the question; "" when none is wanted.
 * @throws {PromptError} when there is no such template.
 */
export async function reportWish(request: AskedReport, prompts: Prompts): Promise<string> {
  if (!isReportWanted(request)) return '';
  const { template = null, revisions = null, language = '' } = request.report ?? {};
  return prompts.fill('report-wanted', {
    template: template ?? 'none',
    language,
    task: template === null ? '' : await taskOf(template, request, revisions),
  });
}

async function taskOf(
  name: string,
  { promptFolders }: AskedReport,
  revisions: Revisions | null,
): Promise<string> {
  const templates = await loadReportTemplates(promptFolders);
  return withRevisions(findReportTemplate(templates, name).task, revisions);
}
