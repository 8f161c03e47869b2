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
import { showSandboxCheck } from './editor/kernels/checkSandboxCommand';
import { type CommandHandlers, type CommandName, commandId } from './editor/manifestNames';
import { generateReport } from './editor/report/choices/reportCommand';
import {
  appendReportTo,
  copyReport,
  openPreview,
  saveReportAs,
} from './editor/report/delivery/documentCommands';
import { offerUnfinishedLater, resumeUnfinished } from './editor/report/unfinished/offerUnfinished';

/** What the extension offers to other extensions and to Fathom's tests. */
export interface FathomApi {
  /** CPU time that Fathom's start cost the extension host, in ms: running its bundle, and `activate`. */
  readonly activationMs: number;
  /** Whether the engine was loaded yet. */
  readonly engineLoaded: () => boolean;
  /** The Markdown preview asks this of extensions that add to its parser. */
  readonly extendMarkdownIt: <Parser extends MarkdownParser>(parser: Parser) => Parser;
}

/** Taken before `activate`: in between, the host waits for its storage, which is not our time. */
const loadingMs = workedMs() - startedAt;

/** Kept for `deactivate`, which the editor calls without arguments. */
let active: Fathom | null = null;

export function activate(context: ExtensionContext): FathomApi {
  const activatedAt = workedMs();
  const fathom = new Fathom(context);
  active = fathom;
  const { answers, engine, log, models, recursion, reports, reportDocuments, runs, subjects } =
    fathom;
  const handlers: CommandHandlers = {
    askRepository: (argument) => askRepository(fathom, argument),
    askFile: (clicked, selected, argument) => askFile(fathom, clicked, selected, argument),
    askSelection: (...given) => askSelection(fathom, given.at(-1)),
    askFolder: (clicked, selected, argument) => askFolder(fathom, clicked, selected, argument),
    askFollowUp: (argument) => askFollowUp(fathom, argument),
    resumeRun: (argument) => resumeRun(fathom, argument),
    generateReport: (argument) => generateReport(fathom, argument),
    resumeReport: () => resumeUnfinished(fathom),
    openPreview,
    saveReportAs: (argument) => saveReportAs(fathom, argument),
    appendReport: (argument) => appendReportTo(fathom, argument),
    copyReport: (argument) => copyReport(fathom, argument),
    showLastAnswer: () => answers.showLast(),
    setApiKey: () => models.enterApiKey(),
    clearApiKey: () => models.clearApiKey(),
    setEndpoint: () => models.enterEndpoint(),
    selectModel: () => models.selectModel(),
    checkSandbox: () => showSandboxCheck(fathom),
    showLog: () => log.show(),
    showRecursion: () => recursion.show('run'),
    showHistory: () => recursion.show('history'),
    exportRun: () => recursion.exportRun(),
    showReport: () => reports.show(),
    openReportFile: () => reports.openFile(),
    insertContents: () => reports.insertContents(),
    openOutlineRow: () => reports.openOutlineRow(),
    stopRuns: () => runs.stopAll(),
  };
  context.subscriptions.push(
    ...Object.entries(handlers).map(([name, handler]) =>
      commands.registerCommand(commandId(name as CommandName), handler),
    ),
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
