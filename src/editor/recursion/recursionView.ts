import {
  commands,
  type Disposable,
  type TextDocumentContentProvider,
  type Uri,
  type WebviewView,
  type WebviewViewProvider,
  window,
  workspace,
} from 'vscode';
import { messageOf } from '../../ground/fileFailure';
import type { Page } from '../../trajectory/viewProtocol';
import { contextKey } from '../manifestNames';
import { messages } from '../messages';
import { bodyPlace, bodyScheme, joinBodies, safeBody } from './bodyDocument';
import type { RecursionViewParts } from './recursionViewParts';
import type { RunArchive } from './runArchive';
import type { ViewSession } from './viewSession';
import type { ViewStateFile } from './viewStateFile';

/** The view's id, also in the manifest. */
const viewId = 'fathom.recursion';

/**
 * The recursion view, registered at start-up. A bundle of its own (`dist/viewSession.js`) is loaded when the view
 * is first opened.
 */
export class RecursionView implements WebviewViewProvider, TextDocumentContentProvider, Disposable {
  readonly #parts: RecursionViewParts;
  readonly #registered: readonly Disposable[];
  #open: ViewSession | null = null;
  #opened: RunArchive | null = null;
  #stateFile: ViewStateFile | null = null;
  /** The page to show as soon as the view is there. */
  #wanted: Page | null = null;

  constructor(parts: RecursionViewParts) {
    this.#parts = parts;
    const { live } = parts;
    const showRunning = () =>
      void commands.executeCommand('setContext', contextKey('running'), live.areShown);
    // A window keeps the context of an extension host that was killed or restarted.
    showRunning();
    const stopListening = live.listen(showRunning);
    this.#registered = [
      window.registerWebviewViewProvider(viewId, this),
      workspace.registerTextDocumentContentProvider(bodyScheme, this),
      { dispose: stopListening },
    ];
  }

  async resolveWebviewView(view: WebviewView): Promise<void> {
    const { ViewSession, ViewStateFile } = await import('./viewSession.js');
    const archive = await this.#archive();
    this.#stateFile ??= new ViewStateFile(this.#parts.stateFolder);
    const stateFile = this.#stateFile;
    const state = await stateFile.read();
    this.#open?.dispose();
    const parts = { ...this.#parts, archive, stateFile, state };
    const session = new ViewSession(view, parts, this.#wanted);
    this.#wanted = null;
    this.#open = session;
    view.onDidDispose(() => {
      session.dispose();
      if (this.#open === session) this.#open = null;
    });
  }

  /** Brings the view to the front with this page. */
  async show(page: Page): Promise<void> {
    if (this.#open) this.#open.showPage(page);
    else this.#wanted = page;
    await commands.executeCommand(`${viewId}.focus`);
  }

  /** Lets the user save a past run; shows an error if that fails. @returns the file, if there is one. */
  async exportRun(): Promise<Uri | null> {
    try {
      const { exportRun } = await import('./viewSession.js');
      return await exportRun(await this.#archive(), null);
    } catch (error) {
      this.#parts.log.error('A run could not be exported.', error);
      const reason = messageOf(error);
      void messages.showErrorMessage(`The run could not be exported: ${reason}`);
      return null;
    }
  }

  /** The text of a read-only document, from the run's log. */
  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const place = bodyPlace(uri);
    if (!place) return '';
    const archive = await this.#archive();
    try {
      const texts: string[] = [];
      for (const node of place.nodes) {
        const text = (await archive.bodies(place.run, node)).get(place.part);
        if (text !== undefined) texts.push(safeBody(place.part, text));
      }
      return texts.length > 0 ? joinBodies(texts) : 'The log of this run does not have this text.';
    } catch (error) {
      this.#parts.log.error('A text of a run could not be read.', error);
      return 'The log of this run is not there any more.';
    }
  }

  /** Shared, as it remembers where things are in the logs. */
  async #archive(): Promise<RunArchive> {
    const { RunArchive } = await import('./viewSession.js');
    this.#opened ??= new RunArchive(this.#parts.runFolder);
    return this.#opened;
  }

  dispose(): void {
    this.#open?.dispose();
    for (const registered of this.#registered) registered.dispose();
  }
}
