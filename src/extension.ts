import { commands, type ExtensionContext } from 'vscode';
import { startedAt, workedMs } from './editor/activationClock';
import { isAnswerText } from './editor/answers/answerText';
import { CitationLinks } from './editor/answers/citationLinks';
import { previewHref } from './editor/answers/previewHref';
import { linkCitationsInPreview, type MarkdownParser } from './editor/answers/previewLinks';
import { askRepository } from './editor/asking/askCommand';
import { askFile, askFolder, askSelection } from './editor/asking/askSubjectCommands';
import { askFollowUp } from './editor/asking/followUpCommand';
import { resumeRun } from './editor/asking/resumeCommand';
import { Fathom } from './editor/fathom';
import { checkSandbox } from './editor/kernels/checkSandboxCommand';
import { generateReport } from './editor/report/choices/reportCommand';
import {
  appendReportTo,
  copyReport,
  openPreview,
  saveReportAs,
} from './editor/report/delivery/documentCommands';
import { offerUnfinishedLater, resumeUnfinished } from './editor/report/unfinished/offerUnfinished';

/** What other extensions, and Fathom's own tests, can ask of it. */
export interface FathomApi {
  /** What Fathom's start cost the extension host: CPU time of running its bundle, and of `activate`, in ms. */
  readonly activationMs: number;
  /** Whether the engine was loaded yet. */
  readonly engineLoaded: () => boolean;
  /** The Markdown preview asks this of extensions that add to its parser. */
  readonly extendMarkdownIt: <Parser extends MarkdownParser>(parser: Parser) => Parser;
}

/** Between running the bundle and calling `activate` the host waits for its storage; that is not ours. */
const loadingMs = workedMs() - startedAt;

/** The editor calls `deactivate` without saying what it activated. */
let active: Fathom | null = null;

export function activate(context: ExtensionContext): FathomApi {
  const activatedAt = workedMs();
  const fathom = new Fathom(context);
  active = fathom;
  const { answers, engine, log, models, recursion, reports, reportDocuments, runs, subjects } =
    fathom;
  context.subscriptions.push(
    commands.registerCommand('fathom.askRepository', (argument: unknown) =>
      askRepository(fathom, argument),
    ),
    commands.registerCommand(
      'fathom.askFile',
      (clicked: unknown, selected: unknown, argument: unknown) =>
        askFile(fathom, clicked, selected, argument),
    ),
    commands.registerCommand('fathom.askSelection', (...given: unknown[]) =>
      askSelection(fathom, given.at(-1)),
    ),
    commands.registerCommand(
      'fathom.askFolder',
      (clicked: unknown, selected: unknown, argument: unknown) =>
        askFolder(fathom, clicked, selected, argument),
    ),
    commands.registerCommand('fathom.askFollowUp', (argument: unknown) =>
      askFollowUp(fathom, argument),
    ),
    // Of the recursion view: it needs the run that is to go on.
    commands.registerCommand('fathom.resumeRun', (argument: unknown) =>
      resumeRun(fathom, argument),
    ),
    commands.registerCommand('fathom.generateReport', (argument: unknown) =>
      generateReport(fathom, argument),
    ),
    commands.registerCommand('fathom.resumeReport', () => resumeUnfinished(fathom)),
    commands.registerCommand('fathom.openPreview', openPreview),
    commands.registerCommand('fathom.saveReportAs', (argument: unknown) =>
      saveReportAs(fathom, argument),
    ),
    commands.registerCommand('fathom.appendReport', (argument: unknown) =>
      appendReportTo(fathom, argument),
    ),
    commands.registerCommand('fathom.copyReport', (argument: unknown) =>
      copyReport(fathom, argument),
    ),
    commands.registerCommand('fathom.showLastAnswer', () => answers.showLast()),
    commands.registerCommand('fathom.setApiKey', () => models.enterApiKey()),
    commands.registerCommand('fathom.clearApiKey', () => models.clearApiKey()),
    commands.registerCommand('fathom.setEndpoint', () => models.enterEndpoint()),
    commands.registerCommand('fathom.selectModel', () => models.selectModel()),
    commands.registerCommand('fathom.checkSandbox', () => checkSandbox(fathom)),
    commands.registerCommand('fathom.showLog', () => log.show()),
    commands.registerCommand('fathom.showRecursion', () => recursion.show('run')),
    commands.registerCommand('fathom.showHistory', () => recursion.show('history')),
    commands.registerCommand('fathom.exportRun', () => recursion.exportRun()),
    commands.registerCommand('fathom.showReport', () => reports.show()),
    commands.registerCommand('fathom.openReportFile', () => reports.openFile()),
    commands.registerCommand('fathom.insertContents', () => reports.insertContents()),
    commands.registerCommand('fathom.openOutlineRow', () => reports.openOutlineRow()),
    commands.registerCommand('fathom.stopRuns', () => runs.stopAll()),
    new CitationLinks([answers, reportDocuments], subjects),
    offerUnfinishedLater(fathom),
  );
  return {
    activationMs: loadingMs + workedMs() - activatedAt,
    engineLoaded: () => engine.loaded,
    extendMarkdownIt: (parser) =>
      linkCitationsInPreview(
        parser,
        previewHref,
        (text) => isAnswerText(text) || reportDocuments.ownsText(text),
      ),
  };
}

export async function deactivate(): Promise<void> {
  await active?.dispose();
  active = null;
}
