import { createReadStream } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileType, type Uri, workspace } from 'vscode';
import { errorCode, fileFailure } from '../../../ground/fileFailure';

/** A report can't be written to its target; the message says why and what the user can do. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
}

/** What to write: the report's own file, byte by byte, or a text. */
export type ReportBytes =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Saves a finished report, byte by byte. An existing file is replaced as a whole, or left as it is.
 * @throws {DeliveryError}
 */
export async function saveReport(report: ReportBytes, target: Uri): Promise<void> {
  await delivering(target, async () => {
    if (target.scheme !== 'file') {
      await workspace.fs.writeFile(target, await allOf(report));
      return;
    }
    const folder = dirname(target.fsPath);
    await mkdir(folder, { recursive: true });
    const part = join(folder, `.${basename(target.fsPath)}.${process.pid}.part`);
    try {
      if (report.kind === 'file') await copyFile(report.path, part);
      else await writeFile(part, report.text);
      // The report's own file is for the user alone. This one gets the mode of the file it replaces.
      const there = await stat(target.fsPath).catch(() => null);
      await chmod(part, there ? there.mode & 0o777 : 0o644);
      await rename(part, target.fsPath);
    } finally {
      await rm(part, { force: true });
    }
  });
}

/**
 * Appends a finished report to a file, after an empty line. If it can't be written whole, nothing is.
 * @throws {DeliveryError}
 */
export async function appendReport(report: ReportBytes, target: Uri): Promise<void> {
  const open_ = workspace.textDocuments.find(({ uri }) => uri.toString() === target.toString());
  if (open_?.isDirty) {
    throw new DeliveryError(
      `The report was not appended to ${nameOf(target)}, which has unsaved changes. Save it, then append again.`,
    );
  }
  await delivering(target, async () => {
    if (target.scheme === 'file') {
      await appendToFile(report, target.fsPath);
      return;
    }
    const before = await workspace.fs.readFile(target);
    const bytes = [
      before,
      Buffer.from(gapAfter(before.slice(-2), before.length)),
      await allOf(report),
    ];
    await workspace.fs.writeFile(target, Buffer.concat(bytes));
  });
}

/** Whether there is a file with text in it. */
export async function hasText(target: Uri): Promise<boolean> {
  try {
    const { type, size } = await workspace.fs.stat(target);
    return (type & FileType.File) !== 0 && size > 0;
  } catch {
    return false; // It does not exist or can't be read; writing it will tell.
  }
}

async function allOf(report: ReportBytes): Promise<Buffer> {
  return report.kind === 'file' ? readFile(report.path) : Buffer.from(report.text);
}

async function appendToFile(report: ReportBytes, path: string): Promise<void> {
  // Makes the file if it is missing.
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const end = Buffer.alloc(Math.min(2, size));
    await file.read(end, 0, end.length, size - end.length);
    try {
      await file.appendFile(gapAfter(end, size));
      if (report.kind === 'text') await file.appendFile(report.text);
      else for await (const bytes of createReadStream(report.path)) await file.appendFile(bytes);
    } catch (error) {
      await file.truncate(size);
      throw error;
    }
  } finally {
    await file.close();
  }
}

/** The line ends that make an empty line after a text with this end. */
function gapAfter(end: Uint8Array, size: number): string {
  if (size === 0) return '';
  const ends = Buffer.from(end).toString('latin1');
  if (ends === '\n\n') return '';
  return ends.endsWith('\n') ? '\n' : '\n\n';
}

async function delivering(target: Uri, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = errorCode(error) ?? '';
    const why = reasons[code] ?? fileFailure(target.fsPath, error).why;
    throw new DeliveryError(
      `The report can't be written to ${nameOf(target)}: ${why}. Its own document has all of it; save it elsewhere.`,
      { cause: error },
    );
  }
}

/** The editor's error codes. */
const reasons: Readonly<Record<string, string>> = {
  NoPermissions: 'you have no permission to write there',
  FileIsADirectory: 'it is a folder',
};

function nameOf(target: Uri): string {
  return workspace.asRelativePath(target);
}
