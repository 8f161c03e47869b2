import mammoth from 'mammoth';
import * as z from 'zod';
import { messageOf } from '../../ground/fileFailure';
import { DocumentError } from './documentError';
import type { TextWriter } from './textWriter';

/** The part of mammoth's document that is read here. */
const element = z.object({
  type: z.string(),
  value: z.string().optional(),
  styleName: z.string().nullish(),
  numbering: z.object({ level: z.union([z.string(), z.number()]) }).nullish(),
  noteType: z.string().optional(),
  noteId: z.union([z.string(), z.number()]).optional(),
  children: z.array(z.unknown()).optional(),
});

/** Its footnotes and endnotes, by type and id. */
const withNotes = z.object({
  notes: z.object({ _notes: z.record(z.string(), z.object({ body: z.array(z.unknown()) })) }),
});

/** The beginning of files encrypted by Office, and of Word files from before 2007. */
const compoundFile = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/**
 * Writes the text of a Word document: a line per paragraph, headings with `#`, list items with `-`, table rows with
 * ` | ` between cells, and footnotes at the end.
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
    const reason = messageOf(error);
    throw new DocumentError(
      `${name} can't be read as a Word document: it is damaged or not complete (${reason.replace(/\.$/, '')}). Open it in a word processor and save it again as .docx.`,
    );
  }
  const text = new WordText(document).whole().trim();
  if (text === '') throw new DocumentError(`${name} has no text.`);
  await writer.write(`${text}\n`);
}

/** Turns mammoth's document into text. */
class WordText {
  readonly #document: unknown;
  /** Footnotes and endnotes in the order of the text. */
  readonly #notes: string[] = [];

  constructor(document: unknown) {
    this.#document = document;
  }

  whole(): string {
    const body = this.#block(this.#document);
    const known = withNotes.safeParse(this.#document);
    const notes = known.success ? known.data.notes._notes : {};
    let list = '';
    // A note may refer to another one.
    for (let at = 0; at < this.#notes.length; at++) {
      const note = notes[this.#notes[at] ?? '']?.body ?? [];
      const text = note.map((part) => this.#block(part)).join('');
      list += `[^${at + 1}]: ${text.trim().replace(/\s*\n\s*/g, ' ')}\n`;
    }
    return list === '' ? body : `${body.trimEnd()}\n\n${list}`;
  }

  /** Paragraphs and tables, one below the other. */
  #block(node: unknown): string {
    const { type, children = [], styleName, numbering } = element.parse(node);
    const inner = () => children.map((child) => this.#block(child));
    switch (type) {
      case 'paragraph': {
        const text = this.#inline(node).trimEnd();
        const heading = /^(?:heading|title)\s*(\d?)/i.exec(styleName ?? '');
        if (text === '') return '\n';
        if (heading) return `\n${'#'.repeat(Math.min(6, Number(heading[1]) || 1))} ${text}\n\n`;
        return numbering ? `${'  '.repeat(Number(numbering.level))}- ${text}\n` : `${text}\n`;
      }
      case 'tableRow':
        return `${inner()
          .map((cell) => cell.trim().replace(/\s*\n\s*/g, ' '))
          .join(' | ')}\n`;
      case 'table':
        return `\n${inner().join('')}\n`;
      default:
        return inner().join('');
    }
  }

  #inline(node: unknown): string {
    const { type, value, children = [], noteType, noteId } = element.parse(node);
    switch (type) {
      case 'text':
        return value ?? '';
      case 'tab':
        return '\t';
      case 'break':
        return '\n';
      case 'noteReference':
        return `[^${this.#notes.push(`${noteType}-${noteId}`)}]`;
      default:
        return children.map((child) => this.#inline(child)).join('');
    }
  }
}
