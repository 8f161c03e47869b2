import { open, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { decodeText, normalizeText } from '../decodeText';
import { Ripgrep } from '../ripgrep';
import { DocumentError, tooLarge } from './documentError';
import { pipeStream } from './pipeStream';
import type { PlaceMark } from './placeMark';
import { readDocument } from './readDocument';
import { SpooledText } from './spooledText';
import { SpoolFolder } from './spoolFolder';
import { spoolStream } from './spoolStream';

/** Texts up to this many bytes are held in memory by the host. */
const mostHeldBytes = 1024 * 1024;
/** A text of more bytes is refused: 4 GiB are read in some 20 s, and no index of it is larger than 4 MB. */
const mostTextBytes = 4 * 1024 ** 3;

/** Where a document comes from. */
export type DocumentSource =
  | { readonly name: string; readonly from: 'file' /** Absolute. */; readonly path: string }
  /** For instance an editor that isn't saved, or a selection; `firstLine` is that of its file. */
  | {
      readonly name: string;
      readonly from: 'text';
      readonly text: string;
      readonly firstLine: number;
      /** Of the file that the text is of, where there is one; in a workspace it may be relative. */
      readonly path?: string;
    }
  | { readonly name: string; readonly from: 'stream'; readonly stream: Readable };

/** A document as text. */
export interface OpenedDocument {
  /** As citations name it. */
  readonly name: string;
  readonly text: string | SpooledText;
  /** The line of the file that the text begins with. */
  readonly firstLine: number;
  readonly marks: readonly PlaceMark[];
}

/** What reading documents needs. */
export interface DocumentTools {
  /** Path of the program that reads them, `dist/documents.js`. */
  readonly documents: string;
  /** Path of the ripgrep executable. */
  readonly ripgrep: string;
}

/** Documents, and the files that hold what is too large for memory, until they are disposed. */
export interface OpenedDocuments extends AsyncDisposable {
  readonly documents: readonly OpenedDocument[];
}

/**
 * Reads documents as text: plain text in any encoding, PDF, Word and Jupyter notebooks.
 * @throws {DocumentError} when one is not there, is no text, or can't be read.
 * @throws the signal's reason when that aborts.
 */
export async function openDocuments(
  sources: readonly DocumentSource[],
  tools: DocumentTools,
  signal: AbortSignal,
): Promise<OpenedDocuments> {
  const folder = new SpoolFolder();
  const documents: OpenedDocument[] = [];
  const close = async () => {
    for (const { text } of documents) if (typeof text !== 'string') await text.close();
    await folder.remove();
  };
  try {
    for (const [index, source] of sources.entries()) {
      signal.throwIfAborted();
      const target = () => folder.file(`${index}.txt`);
      documents.push(await openOne(source, target, tools, signal));
    }
    return { documents, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw signal.aborted ? signal.reason : explained(error);
  }
}

async function openOne(
  source: DocumentSource,
  target: () => Promise<string>,
  tools: DocumentTools,
  signal: AbortSignal,
): Promise<OpenedDocument> {
  const { name } = source;
  if (source.from === 'text') {
    return { name, text: normalizeText(source.text), firstLine: source.firstLine, marks: [] };
  }
  if (source.from === 'stream') {
    const path = `${await target()}.in`;
    await spoolStream(source.stream, name, path, mostTextBytes, signal);
    return openFile(name, path, target, tools, signal);
  }
  const found = await stat(source.path).catch((error: unknown) => {
    throw new DocumentError(`There is no document ${name}: ${reasonOf(error)}.`);
  });
  if (found.isDirectory()) throw new DocumentError(`${name} is a folder, not a document.`);
  if (found.isFIFO()) {
    // What the shell's <(command) gives.
    const stream = pipeStream(source.path, signal);
    return openOne({ name, from: 'stream', stream }, target, tools, signal);
  }
  if (!found.isFile()) throw new DocumentError(`${name} is not a file.`);
  return openFile(name, source.path, target, tools, signal);
}

async function openFile(
  name: string,
  path: string,
  target: () => Promise<string>,
  tools: DocumentTools,
  signal: AbortSignal,
): Promise<OpenedDocument> {
  const { size } = await stat(path);
  if (size > mostTextBytes) throw tooLarge(name, mostTextBytes);
  if (size <= mostHeldBytes && !(await isFormatted(path))) {
    const text = decodeText(await readFile(path, { signal }));
    if (text !== null) return { name, text, firstLine: 1, marks: [] };
  }
  const task = { path, name, target: await target() };
  const written = await readDocument(task, tools.documents, signal);
  const { marks } = written;
  const text =
    written.bytes <= mostHeldBytes
      ? (await readFile(task.target)).toString('utf8')
      : await SpooledText.open(written, new Ripgrep(resolve(tools.ripgrep)));
  return { name, text, firstLine: 1, marks };
}

/** True for what has to be read in a process of its own, which then looks closer. */
async function isFormatted(path: string): Promise<boolean> {
  if (/^\.(?:ipynb|do[ct][xm])$/i.test(extname(path))) return true;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    return buffer.subarray(0, bytesRead).includes('%PDF-');
  } finally {
    await file.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'you have no permission',
  EPERM: 'you have no permission',
  ELOOP: 'its symbolic links go in circles',
};

/** Why a file or folder can't be had, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

/** What the file system says, with what to do about it. */
function explained(error: unknown): unknown {
  if (error instanceof DocumentError || !(error instanceof Error) || !('code' in error))
    return error;
  if (error.code === 'ENOSPC') {
    return new DocumentError(
      `There is no room for the documents' text in ${tmpdir()}. Make room, or set TMPDIR to a folder with more.`,
    );
  }
  return new DocumentError(`A document can't be read: ${reasonOf(error)}.`);
}
