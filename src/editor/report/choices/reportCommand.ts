import { join } from 'node:path';
import { PromptError } from '../../../rlm/prompts/prompts';
import {
  findReportTemplate,
  loadReportTemplates,
  needsRevisions,
  type ReportTemplate,
  withRevisions,
} from '../../../rlm/report/reportTemplates';
import type { Fathom } from '../../fathom';
import { foldersOnDisk } from '../../foldersOnDisk';
import { messages } from '../../messages';
import { type Asked, askWithModel } from '../../running/askWithModel';
import { foldersToAskAbout, workspaceSubject } from '../../running/workspaceFolders';
import { readSettings } from '../../settings';
import { hasText } from '../delivery/writeReport';
import { choicesFrom, type ReportChoices } from './reportChoices';
import { askForReport } from './reportSteps';
import { type ReportTarget, targetRecord } from './reportTarget';

/**
 * The command `fathom.generateReport`: asks for the subject, the language and the target of a report, and
 * starts a run that writes it.
 * @param argument `{template, subject, from, to, language, target}` as for `choicesFrom`. With a template or a
 * subject the user is not asked.
 * @returns undefined when nothing was asked.
 */
export async function generateReport(
  fathom: Fathom,
  argument: unknown,
): Promise<Asked | undefined> {
  const folders = await foldersToAskAbout();
  if (!folders) return undefined;
  try {
    const templates = await loadReportTemplates(promptFolders(fathom));
    const given = choicesFrom(argument);
    const about = folders.map(({ name }) => name).join(', ');
    const choices =
      given.template !== undefined || given.subject !== undefined
        ? withDefaults(given, templates)
        : await askForReport({
            about,
            templates,
            last: fathom.reportMemory.last,
            revisions: (signal) => listRevisions(fathom, signal),
          });
    if (!choices) return undefined;
    // A choice in a dialog was confirmed there.
    if (given.target && !(await mayReplace(given.target))) return undefined;
    if (given.template === undefined && given.subject === undefined) {
      await fathom.reportMemory.remember(choices);
    }
    const { template, revisions, language, target } = choices;
    return await askWithModel(fathom, {
      question: questionOf(choices, templates),
      subject: workspaceSubject(folders),
      followUp: null,
      failed: null,
      report: { template, revisions, language, target: targetRecord(target) },
    });
  } catch (error) {
    if (!(error instanceof PromptError)) throw error;
    void messages.showErrorMessage(error.message);
    return undefined;
  }
}

function promptFolders({ dist }: Fathom): readonly string[] {
  const { promptsFolder } = readSettings();
  return [join(dist, '..', 'prompts'), ...(promptsFolder ? [promptsFolder] : [])];
}

async function listRevisions({ engine }: Fathom, signal: AbortSignal) {
  const { revisions } = await engine.get();
  return revisions(
    foldersOnDisk().map(({ uri }) => uri.fsPath),
    signal,
  );
}

/** @throws {PromptError} when there is no such template, or it lacks its revisions. */
function withDefaults(
  given: Partial<ReportChoices>,
  templates: readonly ReportTemplate[],
): ReportChoices {
  const { template = null, subject = '', revisions = null, language = '', target } = given;
  const found = template === null ? null : findReportTemplate(templates, template);
  if (found && needsRevisions(found) && revisions === null) {
    throw new PromptError(`The report "${found.title}" needs two revisions: give "from" and "to".`);
  }
  return { template, subject, revisions, language, target: target ?? { kind: 'document' } };
}

function questionOf(
  { template, subject, revisions }: ReportChoices,
  templates: readonly ReportTemplate[],
): string {
  if (subject !== '' || template === null) return subject;
  return withRevisions(findReportTemplate(templates, template).question, revisions);
}

async function mayReplace(target: ReportTarget): Promise<boolean> {
  if (target.kind !== 'file' || !(await hasText(target.uri))) return true;
  const replace = 'Replace';
  const name = target.uri.path.split('/').at(-1);
  const message = `${name} has text already. Replace it with the report once it is finished?`;
  return (await messages.showWarningMessage(message, { modal: true }, replace)) === replace;
}
