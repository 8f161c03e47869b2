import { getDocumentProxy } from 'unpdf';
import { messageOf } from '../../ground/fileFailure';
import { DocumentError } from './documentError';
import type { TextWriter } from './textWriter';

/**
 * Writes the text of a PDF, each page after a line `=== page 12 ===`. Ignores fonts, pictures and scripts; this pdf.js
 * never makes code from a file (it has neither `eval` nor `new Function`).
 * @param onPage called after each page, as a sign of progress.
 * @throws {DocumentError} when it is encrypted, damaged, or has no text.
 */
export async function readPdf(
  bytes: Buffer,
  name: string,
  writer: TextWriter,
  onPage: () => void,
): Promise<void> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes), {
    useWasm: false,
    useWorkerFetch: false,
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
    verbosity: 0,
  }).catch((error: unknown) => {
    throw new DocumentError(complaint(name, error));
  });
  let withText = 0;
  try {
    for (let number = 1; number <= pdf.numPages; number++) {
      const text = await pageText(pdf, number).catch(
        (error: unknown) => `[this page is damaged: ${wordsOf(error)}]\n`,
      );
      writer.mark(`page ${number}`);
      await writer.write(`=== page ${number} ===\n${text || '[this page has no text]\n'}\n`);
      if (text) withText += 1;
      onPage();
    }
  } finally {
    await pdf.loadingTask.destroy();
  }
  if (withText > 0) return;
  const pages =
    pdf.numPages === 1 ? 'its page is a picture' : `its ${pdf.numPages} pages are pictures`;
  throw new DocumentError(
    `${name} has no text: ${pages}, as of a scan. Run it through text recognition first, for instance with ocrmypdf.`,
  );
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/** The lines of a page; "" when there are none. */
async function pageText(pdf: Pdf, number: number): Promise<string> {
  const page = await pdf.getPage(number);
  try {
    const { items } = await page.getTextContent();
    let text = '';
    for (const item of items) {
      if (!('str' in item)) continue;
      text += item.str + (item.hasEOL ? '\n' : '');
    }
    const lines = text.split('\n').map((line) => line.trimEnd());
    const body = lines.join('\n').trim();
    return body === '' ? '' : `${body}\n`;
  } finally {
    page.cleanup();
  }
}

function complaint(name: string, error: unknown): string {
  if (error instanceof Error && error.name === 'PasswordException') {
    return `${name} is encrypted and can't be read without its password. Save a copy of it without one, and ask about that.`;
  }
  return `${name} can't be read as a PDF: it is damaged or not complete (${wordsOf(error)}). Open it in a PDF viewer and save it again, or convert it to text.`;
}

function wordsOf(error: unknown): string {
  return messageOf(error).replace(/\.$/, '');
}
