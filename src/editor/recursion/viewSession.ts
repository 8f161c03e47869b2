import { setTimeout as delay } from 'node:timers/promises';
import { commands, type Disposable, env, Range, type WebviewView, window, workspace } from 'vscode';
import { messageOf } from '../../ground/fileFailure';
import type { BodyPart, NodeId, RunId } from '../../trajectory/events';
import type { ShownRun } from '../../trajectory/shownRun';
import { ViewFeed } from '../../trajectory/viewFeed';
import {
  bodyLength,
  type HostMessage,
  type Page,
  type Setup,
  type ViewMessage,
} from '../../trajectory/viewProtocol';
import { citedFile } from '../answers/citedFile';
import { isFileInside } from '../answers/insideFolders';
import { foldersOnDisk } from '../foldersOnDisk';
import { commandId } from '../manifestNames';
import { messages } from '../messages';
import { readSettings } from '../settings';
import { shorten } from '../shorten';
import { bodyUri, joinBodies, safeBody } from './bodyDocument';
import { exportRun } from './exportRun';
import type { RecursionViewParts } from './recursionViewParts';
import { RunArchive } from './runArchive';
import { viewHtml } from './viewHtml';
import { viewMessageSchema } from './viewMessageSchema';
import { ViewStateFile } from './viewStateFile';

export { exportRun, RunArchive, ViewStateFile };

/** A body may not be in the log yet: how often to look for it, and the time between tries, in ms. */
const bodyAttempts = 5;
const bodyGapMs = 100;

export interface ViewSessionParts extends RecursionViewParts {
  readonly archive: RunArchive;
  readonly stateFile: ViewStateFile;
  /** The state that the page before this one left. */
  readonly state: string;
}

/** One page of the view, from when it is opened until it is hidden. */
export class ViewSession implements Disposable {
  readonly #view: WebviewView;
  readonly #parts: ViewSessionParts;
  readonly #archive: RunArchive;
  readonly #feed: ViewFeed;
  readonly #disposables: Disposable[];
  #ready = false;
  #page: Page | null;
  /** The run that is being read, and still wanted. */
  #opening: RunId | null = null;
  #disposed = false;

  /** @param page what to show first; null leaves it to the view. */
  constructor(view: WebviewView, parts: ViewSessionParts, page: Page | null) {
    this.#view = view;
    this.#parts = parts;
    this.#page = page;
    this.#archive = parts.archive;
    this.#feed = new ViewFeed({
      post: (message) => this.#post(message),
      now: Date.now,
      later: (action, ms) => {
        const timer = setTimeout(action, ms);
        return () => clearTimeout(timer);
      },
    });
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: [parts.distUri] };
    this.#disposables = [
      webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      { dispose: parts.live.listen((started) => this.#runsChanged(started)) },
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('fathom')) this.#postSetup();
      }),
      workspace.onDidChangeWorkspaceFolders(() => this.#postSetup()),
    ];
    webview.html = viewHtml(webview, parts.distUri, parts.state);
  }

  showPage(page: Page): void {
    this.#page = page;
    if (this.#ready) this.#post({ type: 'show', page });
  }

  dispose(): void {
    this.#disposed = true;
    this.#feed.dispose();
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #post(message: HostMessage): void {
    if (!this.#disposed) void this.#view.webview.postMessage(message);
  }

  #receive(message: unknown): void {
    const parsed = viewMessageSchema.safeParse(message);
    if (!parsed.success) {
      this.#parts.log.warn(`The recursion view said something unknown: ${parsed.error.message}`);
      return;
    }
    this.#handle(parsed.data).catch((error: unknown) => {
      if (this.#disposed) return;
      this.#parts.log.error(`The recursion view could not do "${parsed.data.type}".`, error);
      const reason = messageOf(error);
      void messages.showErrorMessage(`Fathom: ${reason}`);
    });
  }

  async #handle(message: ViewMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.#start(message.run, message.opened);
      case 'state':
        return this.#parts.stateFile.keep(message.state);
      case 'ack':
        return this.#feed.acknowledge(message.seq);
      case 'load':
        return this.#feed.load(message.node);
      case 'body':
        return this.#sendBody(message.node, message.part);
      case 'open-body':
        return this.#openBody(message.nodes, message.part);
      case 'copy-body':
        return this.#copyBody(message.nodes, message.part);
      case 'stop':
        return this.#stop(message.node);
      case 'ask':
        return this.#ask(message.question);
      case 'ask-again':
        return this.#ask(await this.#questionOf(message.node));
      case 'history':
        return this.#sendHistory();
      case 'open-run':
        return this.#openRun(message.run);
      case 'delete-run':
        return this.#deleteRun(message.run);
      case 'export-run':
        await exportRun(this.#archive, message.run);
        return;
      case 'rerun':
        return this.#rerun(message.run);
      case 'resume-run':
        return this.#resume(message.run);
      case 'coverage':
        return this.#sendCoverage(message.folder);
      case 'open-file':
        return this.#openFile(message.path, message.start, message.end);
      case 'select-model':
        await commands.executeCommand(commandId('selectModel'));
    }
  }

  async #start(restored: RunId | null, opened: readonly NodeId[]): Promise<void> {
    this.#ready = true;
    this.#postSetup();
    if (this.#page) this.#post({ type: 'show', page: this.#page });
    this.#page = null;
    const { live } = this.#parts;
    if (restored !== null) {
      try {
        return await this.#openRun(restored, opened);
      } catch {
        // It was deleted meanwhile, so nothing is restored.
      }
    }
    this.#feed.show(live.last);
  }

  /** Shows a run that starts, as the user wants to see it. */
  #runsChanged(started: ShownRun | null): void {
    if (!this.#ready) return;
    if (started) {
      this.#opening = null;
      this.#feed.show(started);
      this.#post({ type: 'show', page: 'run' });
    } else {
      this.#sendHistory().catch((error: unknown) =>
        this.#parts.log.error('The history could not be listed.', error),
      );
    }
  }

  async #openRun(run: RunId, opened: readonly NodeId[] = []): Promise<void> {
    const live = this.#parts.live.find(run);
    if (live) return this.#feed.show(live, opened);
    this.#opening = run;
    const shown = await this.#archive.open(run);
    // Another run may have been opened or started meanwhile.
    if (this.#opening === run && !this.#disposed) this.#feed.show(shown, opened);
  }

  get #shownRun(): RunId {
    const run = this.#feed.run?.tree.run;
    if (!run) throw new Error('No run is shown.');
    return run;
  }

  async #body(node: NodeId, part: BodyPart): Promise<string | null> {
    const run = this.#shownRun;
    for (let attempt = 1; ; attempt++) {
      const bodies = await this.#archive.bodies(run, node).catch(() => null);
      const text = bodies?.get(part);
      if (text !== undefined) return text;
      if (attempt === bodyAttempts || !this.#feed.run?.live) return null;
      await delay(bodyGapMs);
    }
  }

  async #sendBody(node: NodeId, part: BodyPart): Promise<void> {
    const text = await this.#body(node, part);
    const shown = text === null ? null : text.slice(0, bodyLength);
    this.#post({ type: 'body', node, part, text: shown, totalLength: text?.length ?? 0 });
  }

  async #openBody(nodes: readonly NodeId[], part: BodyPart): Promise<void> {
    const uri = bodyUri({ run: this.#shownRun, nodes, part });
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { preview: true });
  }

  async #copyBody(nodes: readonly NodeId[], part: BodyPart): Promise<void> {
    const texts: string[] = [];
    for (const node of nodes) {
      const text = await this.#body(node, part);
      if (text !== null) texts.push(safeBody(part, text));
    }
    if (texts.length === 0) throw new Error('This text is not in the log of the run.');
    await env.clipboard.writeText(joinBodies(texts));
    window.setStatusBarMessage('$(check) Copied', 2000);
  }

  #stop(node: NodeId | null): void {
    if (this.#parts.live.stop(this.#shownRun, node)) return;
    void messages.showInformationMessage('There is nothing to stop: it has ended.');
  }

  #ask(question: string): void {
    // Not awaited: the run takes a while, and shows its own errors.
    void commands.executeCommand(commandId('askRepository'), question ? { question } : undefined);
  }

  /** The question of the RLM that a node belongs to: a child's own, else the run's. */
  async #questionOf(id: NodeId): Promise<string> {
    const { nodes, details } = this.#feed.run?.tree ?? {};
    let node = nodes?.get(id);
    while (node && node.kind !== 'child' && node.kind !== 'run') {
      node = node.parent === null ? undefined : nodes?.get(node.parent);
    }
    if (node?.kind !== 'child') return details?.question ?? '';
    return (await this.#body(node.id, 'question')) ?? node.summary;
  }

  async #sendHistory(): Promise<void> {
    const entries = await this.#archive.list();
    this.#post({
      type: 'history',
      runs: entries.map((entry) =>
        this.#parts.live.find(entry.id)?.live ? { ...entry, status: 'running' } : entry,
      ),
    });
  }

  async #deleteRun(run: RunId): Promise<void> {
    if (this.#parts.live.find(run)?.live) throw new Error('This run is still going on.');
    const question = (await this.#archive.list()).find(({ id }) => id === run)?.question ?? run;
    const remove = 'Delete';
    const picked = await messages.showWarningMessage(
      `Delete the run "${shorten(question, 80)}"?`,
      { modal: true, detail: 'Its log is removed from this machine.' },
      remove,
    );
    if (picked !== remove) return;
    await this.#archive.delete(run);
    if (this.#feed.run?.tree.run === run) this.#feed.show(null);
    await this.#sendHistory();
  }

  async #rerun(run: RunId): Promise<void> {
    this.#ask(await this.#questionOfRun(run));
  }

  async #resume(run: RunId): Promise<void> {
    const question = await this.#questionOfRun(run);
    // Not awaited, as in `#ask`.
    void commands.executeCommand(commandId('resumeRun'), { run, question });
  }

  async #questionOfRun(run: RunId): Promise<string> {
    const shown = this.#parts.live.find(run) ?? (await this.#archive.open(run));
    return shown.tree.details?.question ?? '';
  }

  #sendCoverage(folder: string): void {
    const coverage = this.#feed.run?.coverage;
    const { rows, omitted } = coverage?.rows(folder) ?? { rows: [], omitted: 0 };
    this.#post({ type: 'coverage', folder, rows, omitted });
  }

  async #openFile(path: string, start: number, end: number): Promise<void> {
    const uri = citedFile(path);
    const folders = foldersOnDisk().map((folder) => folder.uri.fsPath);
    if (!uri || !(await isFileInside(uri.fsPath, folders))) {
      throw new Error(`${path} is not a file in a folder of this window.`);
    }
    const first = Math.max(0, start - 1);
    const selection = start > 0 ? { selection: new Range(first, 0, Math.max(first, end), 0) } : {};
    await window.showTextDocument(uri, { preview: true, ...selection });
  }

  #postSetup(): void {
    const { offline, model, subModel } = readSettings();
    const names = subModel && subModel !== model ? `${model} + ${subModel}` : model;
    const setup: Setup = {
      model: offline ? 'offline model' : names || null,
      folders: (workspace.workspaceFolders ?? []).map(({ name }) => name),
    };
    if (this.#ready) this.#post({ type: 'setup', setup });
  }
}
