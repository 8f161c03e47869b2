import { basename } from 'node:path';
import { FileType, type TextDocument, Uri, window, workspace } from 'vscode';
import type { QuestionSubject, SubjectFolder, SubjectSource } from '../../question/question';
import { workspacePath } from '../answers/citedFile';
import type { Fathom } from '../fathom';
import { listed } from '../listed';
import { messages } from '../messages';
import { type Asked, askWithModel } from '../running/askWithModel';
import { questionIn } from './askCommand';
import { cellLabel, notebookCellOf, notebookText, openNotebook } from './notebooks';
import { exampleQuestions, inputQuestion } from './questionInput';

/**
 * The command `fathom.askFile`: asks about files in any format that can be read as text.
 * @param clicked the file of the menu; without one, the file in the active editor.
 * @param selected all files selected in the explorer.
 * @param argument `{question}` skips the input box.
 * @returns undefined when nothing was asked.
 */
export async function askFile(
  fathom: Fathom,
  clicked: unknown,
  selected: unknown,
  argument: unknown,
): Promise<Asked | undefined> {
  const files = urisIn(clicked, selected);
  const active = files.length === 0 ? activeFile() : null;
  if (active) files.push(active);
  if (files.length === 0) return tell('Open a file first, or choose files in the explorer.');
  const folders = await foldersAmong(files);
  if (folders.length === files.length) return askAboutFolders(fathom, folders, argument);
  if (folders.length > 0) {
    return tell('Choose either files or folders: a question is about one or the other.');
  }
  const documents = await Promise.all(files.map(sourceOf));
  const subject = { kind: 'documents', documents: distinctNames(documents, files) } as const;
  return ask(fathom, namesOf(subject.documents), subject, argument);
}

/** The command `fathom.askSelection`: asks about the selection in the active editor. */
export async function askSelection(fathom: Fathom, argument: unknown): Promise<Asked | undefined> {
  const editor = window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) {
    return tell('Select some text in an editor first.');
  }
  const { document, selection } = editor;
  const { start, end } = selection;
  const firstLine = start.line + 1;
  // A selection of whole lines ends at the start of the next line.
  const lastLine = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  // Lines are counted within the cell of a notebook.
  const found = notebookCellOf(document.uri);
  const uri = found?.notebook.uri ?? document.uri;
  const name = nameOf(uri);
  const lines = firstLine === lastLine ? `${firstLine}` : `${firstLine}-${lastLine}`;
  const text = document.getText(selection);
  const cell = found && cellLabel(found.cell);
  const marks = cell === null ? [] : [{ line: 1, label: cell }];
  const subject: QuestionSubject = {
    kind: 'documents',
    documents: [{ name, from: 'text', text, firstLine, marks, ...pathOf(uri) }],
  };
  return ask(fathom, `${cell === null ? name : `${name}, ${cell}`}:${lines}`, subject, argument);
}

/** The command `fathom.askFolder`: asks about folders of the explorer. */
export async function askFolder(
  fathom: Fathom,
  clicked: unknown,
  selected: unknown,
  argument: unknown,
): Promise<Asked | undefined> {
  const chosen = urisIn(clicked, selected);
  if (chosen.length === 0) return tell('Choose a folder in the explorer first.');
  const folders = await foldersAmong(chosen);
  if (folders.length < chosen.length) return askFile(fathom, clicked, selected, argument);
  return askAboutFolders(fathom, folders, argument);
}

async function askAboutFolders(
  fathom: Fathom,
  chosen: readonly Uri[],
  argument: unknown,
): Promise<Asked | undefined> {
  const folders = outermost(chosen).map((uri): SubjectFolder => {
    const path = workspacePath(uri);
    return { path: uri.fsPath, prefix: path ? `${path}/` : '' };
  });
  const names = folders.map(({ path, prefix }) => prefix.slice(0, -1) || basename(path));
  return ask(fathom, listed(names), { kind: 'folders', folders }, argument);
}

async function ask(
  fathom: Fathom,
  about: string,
  subject: QuestionSubject,
  argument: unknown,
): Promise<Asked | undefined> {
  const title = `Ask about ${about}`;
  const example = exampleQuestions[subject.kind === 'documents' ? 'documents' : 'repository'];
  const question =
    questionIn(argument) ?? (await inputQuestion(title, fathom.history.questions(), example));
  if (!question) return undefined;
  await fathom.history.add(question);
  return askWithModel(fathom, { question, subject, followUp: null, failed: null });
}

/** The files that the explorer, an editor's menu or another extension passes. */
function urisIn(clicked: unknown, selected: unknown): Uri[] {
  const all: unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [clicked];
  const uris = all.filter((one) => one instanceof Uri).map(fileOf);
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

/** The file of the active tab, even if it is not text. */
function activeFile(): Uri | null {
  const text = window.activeTextEditor?.document.uri;
  if (text) return fileOf(text);
  const input: unknown = window.tabGroups.activeTabGroup.activeTab?.input;
  const named = typeof input === 'object' && input !== null && 'uri' in input ? input.uri : null;
  return named instanceof Uri ? named : null;
}

/** The notebook of a cell; any other file itself. */
function fileOf(uri: Uri): Uri {
  return notebookCellOf(uri)?.notebook.uri ?? uri;
}

async function foldersAmong(uris: readonly Uri[]): Promise<readonly Uri[]> {
  const kinds = await Promise.all(uris.map(isFolder));
  return uris.filter((_, index) => kinds[index]);
}

async function isFolder(uri: Uri): Promise<boolean> {
  if (uri.scheme === 'untitled') return false;
  return workspace.fs.stat(uri).then(
    ({ type }) => (type & FileType.Directory) !== 0,
    () => false,
  );
}

/** The file; or the editor's text of it, if that is not on disk. */
async function sourceOf(uri: Uri): Promise<SubjectSource> {
  const name = nameOf(uri);
  const notebook = openNotebook(uri);
  if (notebook && (notebook.isDirty || uri.scheme !== 'file')) {
    return { name, from: 'text', ...notebookText(notebook), firstLine: 1, ...pathOf(uri) };
  }
  const open = workspace.textDocuments.find((document) => isOf(document, uri));
  if (uri.scheme === 'file' && !open?.isDirty) return { name, from: 'file', path: uri.fsPath };
  const document = open ?? (await workspace.openTextDocument(uri));
  return { name, from: 'text', text: document.getText(), firstLine: 1, ...pathOf(uri) };
}

/** The path of a text's file; missing if it was never saved. */
function pathOf(uri: Uri): { readonly path?: string } {
  return uri.scheme === 'untitled' ? {} : { path: uri.fsPath };
}

function isOf(document: TextDocument, uri: Uri): boolean {
  return !document.isClosed && document.uri.toString() === uri.toString();
}

/** The name for citations: the path in the workspace, else the file's name. */
function nameOf(uri: Uri): string {
  return workspacePath(uri) || basename(uri.path) || uri.toString();
}

/** If files outside of the workspace have the same name, uses their whole paths. */
function distinctNames(
  documents: readonly SubjectSource[],
  uris: readonly Uri[],
): readonly SubjectSource[] {
  const names = documents.map(({ name }) => name);
  return documents.map((document, index) => {
    const same = names.filter((name) => name === document.name).length > 1;
    const name = same ? (uris[index]?.fsPath ?? document.name) : document.name;
    return { ...document, name };
  });
}

/** Leaves out folders inside others of them. */
function outermost(uris: readonly Uri[]): readonly Uri[] {
  return uris.filter(
    ({ path }) => !uris.some((other) => other.path !== path && path.startsWith(`${other.path}/`)),
  );
}

function namesOf(documents: readonly SubjectSource[]): string {
  return listed(documents.map(({ name }) => name));
}

function tell(message: string): undefined {
  void messages.showInformationMessage(message);
  return undefined;
}
