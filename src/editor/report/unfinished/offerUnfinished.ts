import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disposable, env } from 'vscode';
import { messageOf } from '../../../ground/fileFailure';
import type { Fathom } from '../../fathom';
import { foldersOnDisk } from '../../foldersOnDisk';
import { messages } from '../../messages';
import { resumeAttempt } from '../../running/resumeAttempt';
import { workspaceSubject } from '../../running/workspaceFolders';
import { shorten } from '../../shorten';
import type { UnfinishedReport } from './unfinishedRecord';
import { claim, findUnfinished, forget, sidePathOf } from './unfinishedReports';

/** How long to wait after the start, until the window has drawn itself, in ms. */
const afterStartMs = 1_500;

const resume = 'Resume';
const open = 'Open What There Is';
const discard = 'Discard';

/** Offers the reports of killed windows, some time after the start. */
export function offerUnfinishedLater(fathom: Fathom): Disposable {
  const timer = setTimeout(() => {
    void offerUnfinished(fathom).catch((error: unknown) =>
      fathom.log.error('Unfinished reports could not be looked for.', error),
    );
  }, afterStartMs);
  return { dispose: () => clearTimeout(timer) };
}

/** The command `fathom.resumeReport`: offers them at once. */
export async function resumeUnfinished(fathom: Fathom): Promise<void> {
  if (await offerUnfinished(fathom)) return;
  void messages.showInformationMessage('There is no unfinished report about this folder.');
}

/**
 * Offers the unfinished reports about this window's folders, one after the other.
 * @returns false when there are none.
 */
async function offerUnfinished(fathom: Fathom): Promise<boolean> {
  const folders = foldersOnDisk().map(({ uri }) => uri.fsPath);
  const found = folders.length === 0 ? [] : await findUnfinished(fathom.runFolder, folders);
  for (const report of found) {
    const picked = await messages.showInformationMessage(messageFor(report), resume, open, discard);
    if (picked === undefined) continue;
    await using taken = await claim(fathom.runFolder, report);
    if (!taken) {
      void messages.showInformationMessage('Another window has taken that report meanwhile.');
    } else if (picked === resume) {
      await resumeReport(fathom, report);
    } else if (picked === open) {
      await openReport(fathom, report);
    } else {
      await forget(fathom.runFolder, report, true);
    }
  }
  return found.length > 0;
}

/** `An unfinished report about … (12 of 30 sections) was found.` */
function messageFor({ question, sections, openSections }: UnfinishedReport): string {
  const done = sections === 0 ? '' : ` (${sections - openSections} of ${sections} sections)`;
  return `An unfinished report about “${shorten(question, 80)}”${done} was found.`;
}

/** Resumes the run; replies in its log are not asked for again. */
async function resumeReport(fathom: Fathom, report: UnfinishedReport): Promise<void> {
  const { runFolder } = fathom;
  const { question, run } = report;
  const asked = await resumeAttempt(fathom, {
    question,
    subject: workspaceSubject(foldersOnDisk()),
    log: join(runFolder, `${run}.jsonl`),
  });
  const isDone = asked?.status === 'answered' || asked?.status === 'limit';
  // If it was not finished, the new run may have a record in place of this one.
  if (isDone) await forget(runFolder, report, false);
}

/** Opens what was written, including text out of order. */
async function openReport(fathom: Fathom, report: UnfinishedReport): Promise<void> {
  const { runFolder, engine, log, reports } = fathom;
  const { run, question, path, sections, openSections } = report;
  const side = sidePathOf(runFolder, run);
  try {
    if (await hasText(side)) await (await engine.get()).recoverReport(side);
    const { size: bytes } = await stat(path);
    if (bytes === 0) {
      void messages.showInformationMessage('There is no text of the report yet. Resume it.');
      return;
    }
    // Only the run knew the places of its sections.
    const places = { outline: () => [], sectionsAt: () => [] };
    const all = { path, bytes, sections, openSections, problem: null, ...places };
    if (await reports.showFinished(question, all)) await forget(runFolder, report, false);
  } catch (error) {
    log.error(`The report ${report.path} could not be opened.`, error);
    const reason = messageOf(error);
    const copy = 'Copy Path';
    const message = `The report could not be opened: ${reason} It is in ${report.path}.`;
    const picked = await messages.showErrorMessage(message, copy);
    if (picked === copy) await env.clipboard.writeText(report.path);
  }
}

/** Whether a file has text: one that was about to be written when the window was killed is empty. */
async function hasText(path: string): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size > 0,
    () => false,
  );
}
