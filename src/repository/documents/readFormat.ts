import { open, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { DocumentError } from './documentError';
import type { DocumentTask } from './documentTask';
import { readNotebook } from './readNotebook';
import { readPdf } from './readPdf';
import { readPlain } from './readPlain';
import { readWord } from './readWord';
import { TextWriter, type WrittenText } from './textWriter';

/** Bytes of a PDF, Word file or notebook: they are held in memory, together with what is made of them. */
const mostFormattedBytes = 300_000_000;

type Format = 'pdf' | 'word' | 'notebook' | 'plain';

/**
 * Reads a document of any format, in this thread.
 * @param alive told from time to time that it goes on.
 * @throws {DocumentError} when it is none that can be read.
 */
export async function readFormat(
  { path, name, target }: DocumentTask,
  alive: () => void,
): Promise<WrittenText> {
  const format = await formatOf(path);
  if (format === 'plain') {
    return (await readPlain(path, name, () => TextWriter.create(target), alive)).finish();
  }
  const bytes = await readFile(path);
  if (bytes.length > mostFormattedBytes) {
    throw new DocumentError(
      `${name} is too large: ${Math.round(bytes.length / 1e6)} MB, and a PDF, Word file or notebook may have ${mostFormattedBytes / 1e6} MB. Split it, or convert it to text.`,
    );
  }
  const writer = await TextWriter.create(target);
  try {
    if (format === 'pdf') await readPdf(bytes, name, writer, alive);
    else if (format === 'word') await readWord(bytes, name, writer);
    else await readNotebook(bytes, name, writer);
  } catch (error) {
    await writer.close();
    throw error;
  }
  return writer.finish();
}

/** By what the file begins with rather than by its name, but for notebooks, which begin as any JSON. */
async function formatOf(path: string): Promise<Format> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    const head = buffer.subarray(0, bytesRead);
    // The specification lets a few bytes stand before it.
    if (head.includes('%PDF-')) return 'pdf';
    const extension = extname(path).toLowerCase();
    if (extension === '.ipynb') return 'notebook';
    return /^\.do[ct][xm]$/.test(extension) ? 'word' : 'plain';
  } finally {
    await file.close();
  }
}
