import { PromptError } from '../rlm/prompts/prompts';
import {
  findReportTemplate,
  loadReportTemplates,
  needsRevisions,
  withRevisions,
} from '../rlm/report/reportTemplates';
import type { ReportWish } from '../rlm/report/reportWish';
import { UsageError } from './exitStatus';

/**
 * What is asked when the command line has a template and no question.
 * @throws {UsageError} when there is no such template, or it lacks its revisions.
 */
export async function questionOfTemplate(
  { template, revisions }: ReportWish,
  promptFolders: readonly string[],
): Promise<string | null> {
  if (template === null) return null;
  try {
    const found = findReportTemplate(await loadReportTemplates(promptFolders), template);
    if (needsRevisions(found) && revisions === null) {
      throw new UsageError(
        `The report template "${template}" is about two revisions: name them with --revisions FROM..TO.`,
      );
    }
    return withRevisions(found.question, revisions);
  } catch (error) {
    throw error instanceof PromptError ? new UsageError(error.message) : error;
  }
}
