import type { Prompts } from '../prompts';
import type { RunRequest } from '../request';
import { findReportTemplate, loadReportTemplates, withRevisions } from './reportTemplates';

/** Whether the result is to be a report. */
export function isReportWanted({ report, reportFile }: RunRequest): boolean {
  return (report ?? null) !== null || (reportFile ?? null) !== null;
}

/**
 * What the model is told of the report that is wanted, after the question; "" when none is.
 * @throws {PromptError} when there is no such template.
 */
export async function reportWish(request: RunRequest, prompts: Prompts): Promise<string> {
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
  { promptFolders }: RunRequest,
  revisions: NonNullable<RunRequest['report']>['revisions'],
): Promise<string> {
  const templates = await loadReportTemplates(promptFolders);
  return withRevisions(findReportTemplate(templates, name).task, revisions);
}
