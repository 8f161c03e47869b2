import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { openSame, readWhole, TooManyBytesError } from '../text/checkedFile';
import { DocumentError } from './documentError';
import type { DocumentTask } from './documentTask';
import { readNotebook } from './readNotebook';
import { readPdf } from './readPdf';
import { readPlain } from './readPlain';
import { readWord } from './readWord';
import { sniffFormat } from './sniffFormat';
import { TextWriter, type WrittenText } from './textWriter';

/** The largest PDF, Word file or notebook, in bytes: it is kept in memory with its text. */
const mostFormattedBytes = 300_000_000;

/**
 * Reads a document in any format, in this thread.
 * @param alive called from time to time while it makes progress.
 * @throws {DocumentError} when it can't be read.
 */
export async function readFormat(task: DocumentTask, alive: () => void): Promise<WrittenText> {
  const { path, name, target } = task;
  await using file = await openSame(path, task);
  const { format, named } = await sniffFormat(file, path);
  const { size } = await file.stat();
  // Data that looks like a notebook may be of any size.
  const isData = format === 'notebook' && !named && size > mostFormattedBytes;
  if (format === 'plain' || isData) return await readText(file, task, alive);
  const bytes = await readWhole(file, mostFormattedBytes, neverAborted).catch((error: unknown) => {
    if (!(error instanceof TooManyBytesError)) throw error;
    throw new DocumentError(
      `${name} is too large: ${Math.round(size / 1e6)} MB, and a PDF, Word file or notebook may have ${mostFormattedBytes / 1e6} MB. Split it, or convert it to text.`,
    );
  });
  const writer = await TextWriter.create(target);
  try {
    if (format === 'pdf') await readPdf(bytes, name, writer, alive);
    else if (format === 'word') await readWord(bytes, name, writer);
    else await readNotebook(bytes, name, writer);
  } catch (error) {
    await writer.close();
    if (error instanceof DocumentError && !named && isUtf8(bytes)) {
      return await readText(file, task, alive);
    }
    throw error;
  }
  return writer.finish();
}

/** Reading is stopped by ending the process. */
const neverAborted = new AbortController().signal;

async function readText(
  file: FileHandle,
  { name, target }: DocumentTask,
  alive: () => void,
): Promise<WrittenText> {
  return (await readPlain(file, name, () => TextWriter.create(target), alive)).finish();
}
