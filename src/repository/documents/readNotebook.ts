import * as z from 'zod';
import { messageOf } from '../../ground/fileFailure';
import { decodeText } from '../text/decodeText';
import { DocumentError } from './documentError';
import type { TextWriter } from './textWriter';

/** How many characters of a cell's outputs are kept, half from the beginning and half from the end. */
const mostOutput = 10_000;

/** Text in notebooks is a string, or a list of its lines with their ends. */
const text = z
  .union([z.string(), z.array(z.string().catch(''))])
  .transform((given) => (typeof given === 'string' ? given : given.join('')));

/** Invalid fields are left out, so that one does not make the others unreadable. */
const output = z
  .object({
    text: text.optional().catch(undefined),
    data: z.record(z.string(), z.unknown()).optional().catch(undefined),
    ename: z.string().optional().catch(undefined),
    evalue: z.string().optional().catch(undefined),
    traceback: z.array(z.string().catch('')).optional().catch(undefined),
  })
  .catch({});

const cell = z
  .object({
    cell_type: z.string().catch('unknown'),
    source: text.optional().catch(undefined),
    /** In format 3. */
    input: text.optional().catch(undefined),
    outputs: z.array(output).optional().catch(undefined),
  })
  .catch({ cell_type: 'unknown' });

/** Jupyter's format 4, and 3 with its worksheets. */
const notebook = z.object({
  metadata: z
    .object({ language_info: z.object({ name: z.string() }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  cells: z.array(cell).optional(),
  worksheets: z.array(z.object({ cells: z.array(cell) })).optional(),
});

/**
 * Writes a Jupyter notebook as text: a line with the number and kind of each cell, its source, and its output. Notes
 * where pictures and the like are left out.
 * @throws {DocumentError} when it is not a notebook.
 */
export async function readNotebook(bytes: Buffer, name: string, writer: TextWriter): Promise<void> {
  const { cells, worksheets, metadata } = parse(bytes, name);
  const all = cells ?? worksheets?.flatMap((sheet) => sheet.cells) ?? [];
  if (all.length === 0) throw new DocumentError(`${name} is a notebook without cells.`);
  const language = metadata?.language_info?.name ?? '';
  for (const [index, { cell_type, source, input, outputs = [] }] of all.entries()) {
    const kind = cell_type === 'code' && language ? `${language} code` : cell_type;
    writer.mark(`cell ${index + 1}`);
    await writer.write(`=== cell ${index + 1}: ${kind} ===\n${ended(source ?? input ?? '')}`);
    const printed = outputs.map(outputText).join('');
    if (printed.trim() !== '') await writer.write(`--- output ---\n${ended(cut(printed))}`);
    await writer.write('\n');
  }
}

function parse(bytes: Buffer, name: string): z.infer<typeof notebook> {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(bytes) ?? '');
  } catch (error) {
    const reason = messageOf(error);
    throw new DocumentError(`${name} can't be read as a notebook: ${reason}.`);
  }
  const parsed = notebook.safeParse(value);
  if (parsed.success && (parsed.data.cells || parsed.data.worksheets)) return parsed.data;
  throw new DocumentError(
    `${name} is not a Jupyter notebook: it lacks a list of cells. If it is text, rename it to .txt or .json and ask again.`,
  );
}

function outputText({
  text: printed,
  data,
  ename,
  evalue,
  traceback,
}: z.infer<typeof output>): string {
  if (printed !== undefined) return ended(withoutColours(printed));
  if (ename !== undefined) {
    return ended(withoutColours(traceback?.join('\n') || `${ename}: ${evalue ?? ''}`));
  }
  const plain = text.safeParse(data?.['text/plain']);
  const markdown = text.safeParse(data?.['text/markdown']);
  const shown = markdown.success ? markdown.data : plain.success ? plain.data : '';
  const others = Object.keys(data ?? {}).filter((type) => !type.startsWith('text/'));
  const left = others.length > 0 ? `[${others.join(', ')} left out]\n` : '';
  return (shown === '' ? '' : ended(shown)) + left;
}

/** Tracebacks have terminal colours. */
function withoutColours(coloured: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return coloured.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '');
}

function cut(printed: string): string {
  if (printed.length <= mostOutput) return printed;
  const half = mostOutput / 2;
  const left = (printed.length - mostOutput).toLocaleString('en-US');
  return `${printed.slice(0, half).toWellFormed()}\n… ${left} characters left out …\n${printed.slice(-half).toWellFormed()}`;
}

function ended(lines: string): string {
  return lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
}
