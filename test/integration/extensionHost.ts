import { ok } from 'node:assert/strict';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  ConfigurationTarget,
  commands,
  extensions,
  TabInputText,
  type TextDocument,
  type Uri,
  type WorkspaceFolder,
  window,
  workspace,
} from 'vscode';
import type { Asked } from '../../src/editor/running/askWithModel';
import { setText } from '../../src/editor/untitledMarkdown';
import type { FathomApi } from '../../src/extension';

/** Fathom, activated in this extension host. */
export async function activateFathom(): Promise<FathomApi> {
  const extension = extensions.all.find(({ packageJSON }) => packageJSON.name === 'fathom');
  ok(extension, 'Fathom is not installed in this host.');
  return extension.activate();
}

/** The only folder of the workspace. */
export function workspaceFolder(): WorkspaceFolder {
  const folder = workspace.workspaceFolders?.[0];
  ok(folder, 'No folder is open.');
  return folder;
}

/** Asks a question through the command, and waits until it has its answer. */
export async function ask(question: string): Promise<Asked> {
  const asked = await commands.executeCommand<Asked | undefined>('fathom.askRepository', {
    question,
  });
  ok(asked, 'Nothing was asked.');
  return asked;
}

/** The folder that this window keeps its runs in; asks the model a question. */
export async function runFolder(): Promise<string> {
  const { document } = await ask('Where are logs?');
  const log = /^Run log: `(.+)`/m.exec(await textOf(document))?.[1];
  ok(log);
  return dirname(log);
}

/** The text of an open document. */
export async function textOf(uri: Uri): Promise<string> {
  return (await workspace.openTextDocument(uri)).getText();
}

/** Changes settings of the user until it is disposed. */
export async function withSettings(
  values: Readonly<Record<string, unknown>>,
): Promise<AsyncDisposable> {
  const userValue = (name: string) => workspace.getConfiguration().inspect(name)?.globalValue;
  const update = async (entries: readonly (readonly [string, unknown])[]) => {
    for (const [name, value] of entries) {
      // Each update goes to the window and back, and to disk, even if it changes nothing.
      if (isDeepStrictEqual(userValue(name), value)) continue;
      await workspace.getConfiguration().update(name, value, ConfigurationTarget.Global);
    }
  };
  const before = Object.keys(values).map((name) => [name, userValue(name)] as const);
  await update(Object.entries(values));
  return { [Symbol.asyncDispose]: () => update(before) };
}

/** Replaces a function of `vscode.window`, which Fathom shares with these tests, until disposed. */
export function replaceInWindow(
  name:
    | 'showInputBox'
    | 'showQuickPick'
    | 'showSaveDialog'
    | 'showOpenDialog'
    | 'showErrorMessage'
    | 'showInformationMessage'
    | 'showWarningMessage'
    | 'withProgress',
  replacement: (...given: never[]) => unknown,
): Disposable {
  const original = Object.getOwnPropertyDescriptor(window, name);
  ok(original, `vscode.window has no ${name}.`);
  Object.defineProperty(window, name, { ...original, value: replacement });
  return { [Symbol.dispose]: () => Object.defineProperty(window, name, original) };
}

/** Waits for something that the editor does in its own time. */
export async function until(condition: () => boolean | Promise<boolean>, what: string) {
  const end = Date.now() + 60_000;
  while (!(await condition())) {
    ok(Date.now() < end, `Waited in vain until ${what}. ${whatIsShown()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The tabs, group by group, and what is in front, for failure messages. */
function whatIsShown(): string {
  const groups = window.tabGroups.all.map(({ tabs, isActive }) => {
    const labels = tabs.map((tab) => (tab.isActive ? `[${tab.label}]` : tab.label));
    return `${isActive ? 'active: ' : ''}${labels.join(', ')}`;
  });
  const front = window.activeTextEditor?.document;
  const line = front ? `${front.uri.toString()} "${front.lineAt(0).text}"` : 'none';
  return `Tabs: ${groups.join(' | ')}. Active editor: ${line}.`;
}

/** Opens an unsaved document with this text, not shown yet. */
export async function openUnsaved(content: string, language = 'markdown'): Promise<TextDocument> {
  const document = await workspace.openTextDocument({ language, content });
  // It may have the name, and then also the text, of one that the test before has closed.
  ok(await setText(document, content), 'The new document was closed.');
  return document;
}

/** Closes all tabs, and throws away what is not saved. */
export async function closeEverything(): Promise<void> {
  const tabs = () => window.tabGroups.all.flatMap((group) => group.tabs);
  await until(async () => {
    // The editor itself would make a tab for it in a moment: in the middle of the next test.
    const hidden = workspace.textDocuments.find(
      (document) => document.isUntitled && document.isDirty && !hasTab(document),
    );
    if (hidden) await window.showTextDocument(hidden, { preview: false });
    if (tabs().length === 0) return true;
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    return false;
  }, 'all tabs are closed');
}

/** Whether a document is in a tab, in front or behind others. */
export function hasTab({ uri }: TextDocument): boolean {
  return window.tabGroups.all
    .flatMap((group) => group.tabs)
    .some(({ input }) => input instanceof TabInputText && input.uri.toString() === uri.toString());
}
