import { type ExtensionContext, Uri } from 'vscode';
import { Answers } from './answers/answers';
import { AskedSubjects } from './answers/askedSubjects';
import { QuestionHistory } from './asking/questionHistory';
import { EditorLanguageServers } from './editorLanguageServers';
import { LazyEngine } from './engineClient/lazyEngine';
import { KernelSetup } from './kernels/kernelSetup';
import { SandboxDocument } from './kernels/sandboxDocument';
import { Log } from './log';
import { ApiKeys } from './models/apiKeys';
import { ModelSetup } from './models/modelSetup';
import { RecursionView } from './recursion/recursionView';
import { ReportMemory } from './report/choices/reportChoices';
import { reportDelivery } from './report/delivery/deliverReport';
import { ReportDocuments } from './report/reportDocuments';
import { Reports } from './report/reports';
import { markUnfinished } from './report/unfinished/markUnfinished';
import type { FollowRun } from './running/runFollower';
import { Runs } from './running/runs';

/** The parts of the extension that live as long as it does, and the order in which they end. */
export class Fathom {
  readonly log = new Log();
  readonly engine: LazyEngine;
  readonly runs = new Runs();
  readonly answers = new Answers(() => this.reportDocuments.tellMenus());
  readonly languageServers = new EditorLanguageServers();
  readonly recursion: RecursionView;
  readonly history: QuestionHistory;
  readonly subjects: AskedSubjects;
  readonly reportMemory: ReportMemory;
  readonly reportDocuments = new ReportDocuments();
  readonly reports = new Reports(this.log, this.reportDocuments);
  readonly models: ModelSetup;
  readonly kernels: KernelSetup;
  readonly sandbox = new SandboxDocument();
  /** The followers of each run, in the order in which they are called. */
  readonly followers: readonly FollowRun[] = [
    () => this.log.followRun(),
    ({ question }) => this.reports.followRun(question),
    (attempt) => markUnfinished(this.runFolder, this.log, attempt),
    reportDelivery,
  ];
  /** The folder of the bundles. */
  readonly dist: string;
  /** The folder of trajectories. */
  readonly runFolder: string;
  /** The folder for replies of sub-models that later questions may use. */
  readonly cacheFolder: string;

  constructor(context: ExtensionContext) {
    this.history = new QuestionHistory(context.workspaceState);
    this.subjects = new AskedSubjects(context.workspaceState);
    this.reportMemory = new ReportMemory(context.workspaceState);
    this.dist = Uri.joinPath(context.extensionUri, 'dist').fsPath;
    this.engine = new LazyEngine(this.dist, this.log);
    this.models = new ModelSetup(new ApiKeys(context.secrets), this.engine, this.log);
    this.kernels = new KernelSetup({
      state: context.globalState,
      log: this.log,
      stateFolder: Uri.joinPath(context.globalStorageUri, 'state').fsPath,
    });
    this.runFolder = Uri.joinPath(context.globalStorageUri, 'runs').fsPath;
    this.cacheFolder = Uri.joinPath(context.globalStorageUri, 'cache').fsPath;
    this.recursion = new RecursionView({
      live: this.runs,
      log: this.log,
      distUri: Uri.joinPath(context.extensionUri, 'dist'),
      runFolder: this.runFolder,
      stateFolder: (context.storageUri ?? context.globalStorageUri).fsPath,
    });
  }

  /** Ends all runs, waits for them, then disposes the rest. */
  async dispose(): Promise<void> {
    await this.runs.dispose();
    await this.engine.dispose();
    this.recursion.dispose();
    this.sandbox.dispose();
    this.reports.dispose();
    this.answers.dispose();
    this.reportDocuments.dispose();
    this.log.dispose();
  }
}
