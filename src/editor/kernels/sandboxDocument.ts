import {
  commands,
  type Disposable,
  EventEmitter,
  type TextDocumentContentProvider,
  Uri,
  workspace,
} from 'vscode';

const scheme = 'fathom-sandbox';
const notCheckedYet =
  '# The Python sandbox\n\nNothing was checked in this window yet. Run **Fathom: Check the Python Sandbox**.\n';

/** The read-only document that shows the last check of the sandbox. */
export class SandboxDocument implements TextDocumentContentProvider, Disposable {
  readonly uri = Uri.from({ scheme, path: '/Python sandbox.md' });
  readonly #changed = new EventEmitter<Uri>();
  readonly #registration = workspace.registerTextDocumentContentProvider(scheme, this);
  #text = notCheckedYet;

  readonly onDidChange = this.#changed.event;

  provideTextDocumentContent(): string {
    return this.#text;
  }

  /** Shows the text, rendered. */
  async show(text: string): Promise<void> {
    this.#text = text;
    this.#changed.fire(this.uri);
    await commands.executeCommand('markdown.showPreview', this.uri);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
