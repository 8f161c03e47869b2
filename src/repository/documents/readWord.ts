import mammoth from 'mammoth';
import { z } from 'zod';
import { DocumentError } from './documentError';
import type { TextWriter } from './textWriter';

/** As much of mammoth's document as is read here. */
const element = z.object({
  type: z.string(),
  value: z.string().optional(),
  styleName: z.string().nullish(),
  numbering: z.object({ level: z.union([z.string(), z.number()]) }).nullish(),
  children: z.array(z.unknown()).optional(),
});

/** Begins what Office encrypts, and the Word files of before 2007. */
const compoundFile = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/**
 * The text of a Word document: a line per paragraph, headings with `#`, list items with `-`, the rows of
 * tables with ` | ` between cells.
 * @throws {DocumentError} when it is encrypted, of an old format, damaged, or has no text.
 */
export async function readWord(bytes: Buffer, name: string, writer: TextWriter): Promise<void> {
  if (bytes.subarray(0, compoundFile.length).equals(compoundFile)) {
    throw new DocumentError(
      `${name} is encrypted or in Word's old format. Save a copy as .docx, without a password, and ask about that.`,
    );
  }
  let document: unknown = null;
  const noImages = mammoth.images.imgElement(async () => ({ src: '' }));
  try {
    await mammoth.convertToHtml(
      { buffer: bytes },
      {
        convertImage: noImages,
        externalFileAccess: false,
        transformDocument: (whole: unknown) => {
          document = whole;
          return whole;
        },
      },
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DocumentError(
      `${name} can't be read as a Word document: it is damaged or not complete (${reason.replace(/\.$/, '')}). Open it in a word processor and save it anew as .docx.`,
    );
  }
  const text = blockText(document).trim();
  if (text === '') throw new DocumentError(`${name} has no text.`);
  await writer.write(`${text}\n`);
}

/** Paragraphs and tables, one below the other. */
function blockText(node: unknown): string {
  const { type, children = [], styleName, numbering } = element.parse(node);
  switch (type) {
    case 'paragraph': {
      const text = inlineText(node).trimEnd();
      const heading = /^(?:heading|title)\s*(\d?)/i.exec(styleName ?? '');
      if (text === '') return '\n';
      if (heading) return `\n${'#'.repeat(Math.min(6, Number(heading[1]) || 1))} ${text}\n\n`;
      return numbering ? `${'  '.repeat(Number(numbering.level))}- ${text}\n` : `${text}\n`;
    }
    case 'tableRow':
      return `${children
        .map((cell) =>
          blockText(cell)
            .trim()
            .replace(/\s*\n\s*/g, ' '),
        )
        .join(' | ')}\n`;
    case 'table':
      return `\n${children.map(blockText).join('')}\n`;
    default:
      return children.map(blockText).join('');
  }
}

function inlineText(node: unknown): string {
  const { type, value, children = [] } = element.parse(node);
  if (type === 'text') return value ?? '';
  if (type === 'tab') return '\t';
  if (type === 'break') return '\n';
  return children.map(inlineText).join('');
}
