import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { commands, env, type TextDocument, Uri, window, workspace } from 'vscode';
import { byteCount } from '../../../ground/figures';
import type { Fathom } from '../../fathom';
import { messages } from '../../messages';
import { deliverReport, type FileTarget } from './deliverReport';
import type { ReportBytes } from './writeReport';
import { compareWritten } from './writtenText';

/** The command `fathom.openPreview`: shows a Fathom document rendered. */
export async function openPreview(argument: unknown): Promise<void> {
  const document = documentOf(argument);
  if (document) await commands.executeCommand('markdown.showPreview', document.uri);
}

/** The command `fathom.saveReportAs`. @returns the file; undefined when nothing was saved. */
export async function saveReportAs(fathom: Fathom, argument: unknown): Promise<Uri | undefined> {
  const found = await reportOf(fathom, argument);
  if (!found) return undefined;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    ...(folder ? { defaultUri: Uri.joinPath(folder, found.name) } : {}),
    filters: { Markdown: ['md', 'markdown'] },
    title: 'Save the report',
  });
  return target && deliver(found.bytes, { kind: 'file', uri: target });
}

/** The command `fathom.appendReport`. @returns the file; undefined when nothing was written. */
export async function appendReportTo(fathom: Fathom, argument: unknown): Promise<Uri | undefined> {
  const found = await reportOf(fathom, argument);
  if (!found) return undefined;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const targets = await window.showOpenDialog({
    ...(folder ? { defaultUri: folder } : {}),
    filters: { Markdown: ['md', 'markdown'], 'All files': ['*'] },
    openLabel: 'Append Report',
    title: 'Append the report to a file',
  });
  const target = targets?.[0];
  return target && deliver(found.bytes, { kind: 'append', uri: target });
}

/** The command `fathom.copyReport`. */
export async function copyReport(fathom: Fathom, argument: unknown): Promise<void> {
  const found = await reportOf(fathom, argument);
  if (!found) return;
  const { bytes } = found;
  const text = bytes.kind === 'file' ? await readFile(bytes.path, 'utf8') : bytes.text;
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`Copied the report, ${byteCount(Buffer.byteLength(text))}`, 4_000);
}

interface FoundReport {
  readonly bytes: ReportBytes;
  /** A suggestion for its file name. */
  readonly name: string;
}

/** The report in a document: as written, or as changed by the user. */
async function reportOf(
  { reportDocuments }: Fathom,
  argument: unknown,
): Promise<FoundReport | null> {
  const document = documentOf(argument);
  if (!document || !reportDocuments.owns(document)) {
    void messages.showInformationMessage('There is no report in this editor.');
    return null;
  }
  const text = document.getText();
  const known = reportDocuments.find(document.uri);
  const name = nameFor(document);
  if (!known) return { bytes: { kind: 'text', text }, name };
  const written = { bytes: { kind: 'file', path: known.spool } as const, name };
  const found = await compareWritten(known.spool, text);
  if (found === 'gone') return { bytes: { kind: 'text', text }, name };
  if (found === 'same') return written;
  const [mine, theirs] = ['With the Changes', 'As Written'];
  const picked = await messages.showInformationMessage(
    'The report was changed in the editor since it was written.',
    { modal: true },
    mine,
    theirs,
  );
  if (picked === undefined) return null;
  return picked === mine ? { bytes: { kind: 'text', text }, name } : written;
}

function nameFor(document: TextDocument): string {
  if (!document.isUntitled) return basename(document.uri.path);
  const heading = /^#{1,2} (.+)$/m.exec(document.getText().slice(0, 2_000))?.[1] ?? 'report';
  const plain = heading
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  return `${plain.slice(0, 60).replaceAll(/^-+|-+$/g, '') || 'report'}.md`;
}

/** The document of the editor whose menu was used, else the active one. */
function documentOf(argument: unknown): TextDocument | undefined {
  const wanted = argument instanceof Uri ? argument.toString() : null;
  if (wanted === null) return window.activeTextEditor?.document;
  return workspace.textDocuments.find(({ uri }) => uri.toString() === wanted);
}

async function deliver(report: ReportBytes, target: FileTarget): Promise<Uri | undefined> {
  return (await deliverReport(report, target)) ? target.uri : undefined;
}
