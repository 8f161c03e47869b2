import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { FileIdentity } from '../policy/fileIdentity';
import { Programs, type ProgramsOptions } from '../programs/programs';
import { Ripgrep } from '../programs/ripgrep';
import {
  type IdentifiedFile,
  identify,
  openSame,
  ReplacedFileError,
  readWhole,
} from '../text/checkedFile';
import { decodeText, normalizeText } from '../text/decodeText';
import { DocumentError, tooLarge } from './documentError';
import { explained, reasonOf } from './fileErrors';
import { pipeStream } from './pipeStream';
import type { PlaceMark } from './placeMark';
import { readDocument } from './readDocument';
import { sniffFormat } from './sniffFormat';
import { SpooledText } from './spooledText';
import { SpoolFolder } from './spoolFolder';
import { spoolStream } from './spoolStream';
import { TextWriter } from './textWriter';

/** Texts of up to this many bytes are kept in memory. */
const mostHeldBytes = 1024 * 1024;
/** All texts in memory together have up to this many bytes; further ones stay in files. */
export const mostHeldTogether = 50_000_000;
/** Larger texts are refused, in bytes. 4 GiB are read in some 20 s, with an index of at most 4 MB. */
const mostTextBytes = 4 * 1024 ** 3;

/** Where a document comes from. */
export type DocumentSource =
  | {
      readonly name: string;
      readonly from: 'file';
      /** Absolute. */
      readonly path: string;
      /** The file that was checked (`refuseSecrets`); null if it was not a regular file. */
      readonly file?: IdentifiedFile | null;
    }
  /** For instance an unsaved editor, or a selection. `firstLine` is its first line in the file. */
  | {
      readonly name: string;
      readonly from: 'text';
      readonly text: string;
      readonly firstLine: number;
      readonly marks?: readonly PlaceMark[];
      /** The text's file, if there is one; in a workspace it may be relative. */
      readonly path?: string;
    }
  | { readonly name: string; readonly from: 'stream'; readonly stream: Readable };

/** A document as text. */
export interface OpenedDocument {
  /** Its name in citations. */
  readonly name: string;
  /** The path of its file, or `-` for standard input. */
  readonly place: string;
  readonly text: string | SpooledText;
  /** The line of the file at which the text begins. */
  readonly firstLine: number;
  readonly marks: readonly PlaceMark[];
}

/** The programs that read and search documents. */
export interface DocumentTools {
  /** Path of the program that reads them, `dist/documents.js`. */
  readonly documents: string;
  /** Path of the ripgrep executable. */
  readonly ripgrep: string;
  /** How processes of ripgrep are run. */
  readonly programs?: ProgramsOptions;
}

/** The programs, ready for use. */
interface Readers {
  readonly documents: string;
  readonly ripgrep: Ripgrep;
}

/** Documents, and the files of those too large for memory, until they are disposed. */
export interface OpenedDocuments extends AsyncDisposable {
  readonly documents: readonly OpenedDocument[];
}

/**
 * Reads documents as text: plain text in any encoding, PDF, Word and Jupyter notebooks.
 * @throws {DocumentError} when one does not exist, is not text, or can't be read.
 * @throws the signal's reason when that aborts.
 */
export async function openDocuments(
  sources: readonly DocumentSource[],
  tools: DocumentTools,
  signal: AbortSignal,
): Promise<OpenedDocuments> {
  const folder = new SpoolFolder();
  const ripgrep = new Ripgrep(resolve(tools.ripgrep), new Programs(tools.programs));
  const readers: Readers = { documents: tools.documents, ripgrep };
  const documents: OpenedDocument[] = [];
  const close = async () => {
    for (const { text } of documents) if (typeof text !== 'string') await text.close();
    await folder.remove();
  };
  let held = 0;
  try {
    for (const [index, source] of sources.entries()) {
      signal.throwIfAborted();
      const target = () => folder.file(`${index}.txt`);
      try {
        const opened = await openOne(source, target, readers, signal);
        const place = placeOf(source);
        const { text } = opened;
        const bytes = typeof text === 'string' ? Buffer.byteLength(text) : 0;
        if (typeof text === 'string' && held + bytes > mostHeldTogether) {
          const spooled = await spoolText(text, opened.marks, await target(), ripgrep);
          documents.push({ ...opened, place, text: spooled });
        } else {
          documents.push({ ...opened, place });
          held += bytes;
        }
      } catch (error) {
        throw explained(error, source.name, tmpdir());
      }
    }
    return { documents, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw signal.aborted ? signal.reason : error;
  }
}

async function spoolText(
  text: string,
  marks: readonly PlaceMark[],
  target: string,
  ripgrep: Ripgrep,
): Promise<SpooledText> {
  const writer = await TextWriter.create(target);
  try {
    await writer.write(text);
  } catch (error) {
    await writer.close();
    throw error;
  }
  return SpooledText.open({ ...(await writer.finish()), marks }, ripgrep);
}

type PlacelessDocument = Omit<OpenedDocument, 'place'>;

function placeOf(source: DocumentSource): string {
  return source.from === 'stream' ? '-' : (source.path ?? source.name);
}

async function openOne(
  source: DocumentSource,
  target: () => Promise<string>,
  tools: Readers,
  signal: AbortSignal,
): Promise<PlacelessDocument> {
  const { name } = source;
  if (source.from === 'text') {
    const { firstLine, marks = [] } = source;
    return { name, text: normalizeText(source.text), firstLine, marks };
  }
  if (source.from === 'stream') {
    const path = `${await target()}.in`;
    await spoolStream(source.stream, name, path, mostTextBytes, signal);
    return openFile(name, path, await identified(path), target, tools, signal);
  }
  if (source.file) return openFile(name, source.path, source.file, target, tools, signal);
  const found = await stat(source.path).catch((error: unknown) => {
    throw new DocumentError(`There is no document ${name}: ${reasonOf(error)}.`);
  });
  if (found.isDirectory()) throw new DocumentError(`${name} is a folder, not a document.`);
  if (found.isFIFO()) {
    // As from the shell's <(command).
    const stream = pipeStream(source.path, signal);
    return openOne({ name, from: 'stream', stream }, target, tools, signal);
  }
  if (!found.isFile()) throw new DocumentError(`${name} is not a file.`);
  // It was something else when it was checked, so this file was never checked.
  if (source.file === null && (await canBeOpened(source.path))) throw new ReplacedFileError();
  const file = await identified(source.path);
  return openFile(name, source.path, file, target, tools, signal);
}

async function canBeOpened(path: string): Promise<boolean> {
  return (await identify(path)) !== null;
}

/** @throws the file system's error when it can't be opened. */
async function identified(path: string): Promise<FileIdentity> {
  return (await identify(path)) ?? stat(path, { bigint: true });
}

async function openFile(
  name: string,
  path: string,
  { dev, ino }: FileIdentity,
  target: () => Promise<string>,
  tools: Readers,
  signal: AbortSignal,
): Promise<PlacelessDocument> {
  // Kept open while it is read, so that no other file can get its identity.
  await using file = await openSame(path, { dev, ino });
  const { size } = await file.stat();
  if (size > mostTextBytes) throw tooLarge(name, mostTextBytes);
  if (size <= mostHeldBytes && (await sniffFormat(file, path)).format === 'plain') {
    const text = decodeText(await readWhole(file, mostTextBytes, signal));
    if (text !== null) return { name, text, firstLine: 1, marks: [] };
  }
  const task = { path, dev, ino, name, target: await target() };
  const written = await readDocument(task, tools.documents, signal);
  const { marks } = written;
  const text =
    written.bytes <= mostHeldBytes
      ? (await readFile(task.target)).toString('utf8')
      : await SpooledText.open(written, tools.ripgrep);
  return { name, text, firstLine: 1, marks };
}
