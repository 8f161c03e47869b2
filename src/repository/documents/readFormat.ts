import { isUtf8 } from 'node:buffer';
import { stat } from 'node:fs/promises';
import { readRegularFile } from '../../ground/readRegularFile';
import { DocumentError } from './documentError';
import type { DocumentTask } from './documentTask';
import { readNotebook } from './readNotebook';
import { readPdf } from './readPdf';
import { readPlain } from './readPlain';
import { readWord } from './readWord';
import { sniffFormat } from './sniffFormat';
import { TextWriter, type WrittenText } from './textWriter';

/** Bytes of a PDF, Word file or notebook: they are held in memory, together with what is made of them. */
const mostFormattedBytes = 300_000_000;

/**
 * Reads a document of any format, in this thread.
 * @param alive told from time to time that it goes on.
 * @throws {DocumentError} when it is none that can be read.
 */
export async function readFormat(task: DocumentTask, alive: () => void): Promise<WrittenText> {
  const { path, name, target } = task;
  const { format, named } = await sniffFormat(path);
  const { size } = await stat(path);
  // Data that looks like a notebook may be of any size.
  const isData = format === 'notebook' && !named && size > mostFormattedBytes;
  if (format === 'plain' || isData) return readText(task, alive);
  if (size > mostFormattedBytes) {
    throw new DocumentError(
      `${name} is too large: ${Math.round(size / 1e6)} MB, and a PDF, Word file or notebook may have ${mostFormattedBytes / 1e6} MB. Split it, or convert it to text.`,
    );
  }
  const bytes = await readRegularFile(path, 'followed');
  const writer = await TextWriter.create(target);
  try {
    if (format === 'pdf') await readPdf(bytes, name, writer, alive);
    else if (format === 'word') await readWord(bytes, name, writer);
    else await readNotebook(bytes, name, writer);
  } catch (error) {
    await writer.close();
    if (error instanceof DocumentError && !named && isUtf8(bytes)) return readText(task, alive);
    throw error;
  }
  return writer.finish();
}

async function readText(
  { path, name, target }: DocumentTask,
  alive: () => void,
): Promise<WrittenText> {
  return (await readPlain(path, name, () => TextWriter.create(target), alive)).finish();
}
