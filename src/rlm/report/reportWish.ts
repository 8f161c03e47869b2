import type { Prompts } from '../prompts/prompts';
import {
  findReportTemplate,
  loadReportTemplates,
  type Revisions,
  withRevisions,
} from './reportTemplates';

/** How a report is to be. */
export interface ReportWish {
  /** Name of one of `prompts/reports/`; null for a subject of the question's own. */
  readonly template: string | null;
  /** For a template that is about two revisions. */
  readonly revisions: Revisions | null;
  /** The language that it is written in, by any name that a model knows; "" for that of the question. */
  readonly language: string;
  /** Where its asker puts it besides. A run only keeps it in its log, for whoever resumes it. */
  readonly target?: Readonly<Record<string, string>>;
}

/** What a request says of a report. */
export interface AskedReport {
  readonly report?: ReportWish | null;
  readonly reportFile?: string | null;
  readonly promptFolders: readonly string[];
}

/** Whether the result is to be a report. */
export function isReportWanted({ report, reportFile }: AskedReport): boolean {
  return (report ?? null) !== null || (reportFile ?? null) !== null;
}

/**
 * What the model is told of the report that is wanted, after the question; "" when none is.
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
