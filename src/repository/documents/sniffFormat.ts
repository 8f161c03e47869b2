import type { FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';

type DocumentFormat = 'pdf' | 'word' | 'notebook' | 'plain';

/** The likely format of a file, and whether its name agrees: otherwise it may be text about such files. */
export interface SniffedFormat {
  readonly format: DocumentFormat;
  readonly named: boolean;
}

/** How many bytes are looked at at the beginning of a file. */
const headBytes = 1024;
/** And at its end, for the directory of a ZIP archive or the format version of a notebook. */
const tailBytes = 256 * 1024;

const byExtension: Readonly<Record<string, DocumentFormat>> = {
  '.pdf': 'pdf',
  '.docx': 'word',
  '.docm': 'word',
  '.dotx': 'word',
  '.dotm': 'word',
  '.ipynb': 'notebook',
};

/** Judges by the file's beginning and end, and by its name where these are unclear. */
export async function sniffFormat(file: FileHandle, path: string): Promise<SniffedFormat> {
  const named = byExtension[extname(path).toLowerCase()] ?? 'plain';
  const format = await formatOf(file, named);
  // A PDF is recognized only by its beginning.
  if (format === 'plain' && named !== 'pdf') return { format: named, named: true };
  return { format, named: format === named };
}

async function formatOf(file: FileHandle, named: DocumentFormat): Promise<DocumentFormat> {
  const head = await read(file, 0, headBytes);
  // The specification allows a few bytes before it, but other texts may mention it.
  if ((named === 'pdf' ? /%PDF-/ : /(?:^|[\r\n])%PDF-\d/).test(head)) return 'pdf';
  const isArchive = head.startsWith('PK\u0003\u0004');
  if (!isArchive && !/^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(head)) return 'plain';
  const { size } = await file.stat();
  const tail = await read(file, Math.max(0, size - tailBytes), tailBytes);
  if (isArchive) return tail.includes('word/document.xml') ? 'word' : 'plain';
  return /"nbformat"\s*:\s*\d/.test(head + tail) ? 'notebook' : 'plain';
}

/** Reads bytes as characters, one each. */
async function read(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.toString('latin1', 0, bytesRead);
}
