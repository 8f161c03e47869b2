import { open, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { DocumentError } from './documentError';
import { readNotebook } from './readNotebook';
import { readPdf } from './readPdf';
import { readPlain } from './readPlain';
import { readWord } from './readWord';
import { TextWriter, type WrittenText } from './textWriter';

/*
 * The thread that reads documents: a file of their format can keep it busy, or fill its memory, and then
 * it is ended, without harm to whoever started it. A bundle of its own, loaded when there is a document
 * to read.
 */

/** What the thread is to read. */
export const documentTask = z.object({
  /** Absolute path of the document. */
  path: z.string(),
  /** What it is called in messages. */
  name: z.string(),
  /** The file to write its text to. */
  target: z.string(),
});

export type DocumentTask = z.infer<typeof documentTask>;

/** What the thread says. */
export type DocumentNews =
  /** It goes on. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'read'; readonly text: WrittenText }
  /** A message for people. `expected` is false for what is Fathom's own fault. */
  | { readonly kind: 'failed'; readonly message: string; readonly expected: boolean };

/** Bytes of a PDF, Word file or notebook: they are held in memory, together with what is made of them. */
const mostFormattedBytes = 300_000_000;

type Format = 'pdf' | 'word' | 'notebook' | 'plain';

async function read({ path, name, target }: DocumentTask): Promise<WrittenText> {
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

function alive(): void {
  tell({ kind: 'alive' });
}

function tell(news: DocumentNews): void {
  parentPort?.postMessage(news);
}

void read(documentTask.parse(workerData)).then(
  (text) => tell({ kind: 'read', text }),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const known = error instanceof DocumentError || (error instanceof Error && 'code' in error);
    tell({ kind: 'failed', message, expected: known });
  },
);
