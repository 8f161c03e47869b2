import * as z from 'zod';
import { HostCallError } from '../../repl/hostCall';
import { planChunks } from '../../repository/documents/planChunks';
import { countInText, grepText } from '../../repository/documents/searchText';
import type { SpooledText } from '../../repository/documents/spooledText';
import { RepositoryError } from '../../repository/repository';
import type { Coverage } from '../coverage/coverage';
import { lineNumber, matchArguments, searchArguments } from './argumentTypes';
import { checkArguments, type HostAnswer, type HostMethod, quote } from './hostMethod';

/** The most that one call gets, in characters or bytes of lines. */
const mostTextReply = 16 * 1024 * 1024;
/** How many bytes of lines an iteration gets at a time. */
const iterationBytes = 1024 * 1024;

/** A lazy text, by its index in the list of documents. */
const text = z.number().int().min(0).max(100_000);
const character = z
  .number()
  .int()
  .min(0)
  .max(2 ** 53 - 1);
/** Characters of a lazy text, from `start` to before `end`. */
const characters = { text, start: character, end: character };

/** A lazy text, as a call names it. */
interface NamedText {
  readonly name: string;
  readonly text: SpooledText;
  readonly coverage: Coverage;
}

/** The methods for lazy texts among the documents of the context. */
export const textMethods: readonly HostMethod[] = [
  /** Body: those characters. At most `mostTextReply` of them. */
  textMethod('text_slice', z.strictObject(characters), async ({ name, text, coverage }, given) => {
    const [start, end] = within(text, given);
    refuseTooMuch(end - start, 'characters');
    const body = await text.slice(start, end);
    const line = await text.lineOfChar(start);
    return {
      reply: { body },
      summary: `read ${name}, ${(end - start).toLocaleString('en-US')} characters from line ${line}`,
      seen: coverage.readPart(name, body.toString('utf8'), line),
    };
  }),
  /** Body: those of the lines that exist. `end` null is the last line. */
  textMethod(
    'text_read',
    z.strictObject({ text, start: lineNumber, end: lineNumber.nullable() }),
    async ({ name, text, coverage }, { start, end }) => {
      const last = Math.min(end ?? text.lines, text.lines);
      const body = await linesOf(text, start, last, 'bytes');
      return {
        reply: { body },
        summary: `read ${name}:${start}-${last}`,
        seen: coverage.readPart(name, body.toString('utf8'), start),
      };
    },
  ),
  /** Body: whole lines from `start`, about 1 MB; value `{end}`, the last of them. */
  textMethod(
    'text_lines',
    z.strictObject({ text, start: lineNumber }),
    async ({ name, text, coverage }, { start }) => {
      const end = await text.lastLineWithin(start, iterationBytes);
      const body = await linesOf(text, start, end, 'bytes in one line');
      return {
        reply: { value: { end }, body },
        summary: `read ${name}:${start}-${end}`,
        seen: coverage.readPart(name, body.toString('utf8'), start),
      };
    },
  ),
  /** Call body: what to find. Value: the index of its first (or last) occurrence, or -1. */
  textMethod(
    'text_find',
    z.strictObject({ ...characters, last: z.boolean() }),
    async ({ name, text }, given, needle, signal) => {
      const [start, end] = within(text, given);
      const value = await text.find(needle, start, end, given.last, signal);
      return { reply: { value }, summary: `find ${quote(needle)} in ${name} → ${value}` };
    },
  ),
  /** Call body: what to count, not empty. Value: how often it occurs, without overlaps. */
  textMethod(
    'text_count',
    z.strictObject(characters),
    async ({ name, text }, given, needle, signal) => {
      const [start, end] = within(text, given);
      if (needle === '') throw new HostCallError('ValueError', 'An empty text is not counted.');
      const value = await text.count(needle, start, end, signal);
      return { reply: { value }, summary: `count ${quote(needle)} in ${name} → ${value}` };
    },
  ),
  /** Like `grep`, in one text. */
  textMethod(
    'text_grep',
    z.strictObject({ text, ...searchArguments, ...matchArguments }),
    async ({ name, text, coverage }, query, _body, signal) => {
      const { matches, total, truncated } = await grepText(text, name, query, signal);
      const rows = matches.map(({ path, line, column, text: shown }) => [
        path,
        line,
        column,
        shown,
      ]);
      const more = truncated ? ' or more' : '';
      return {
        reply: { value: { total, truncated }, body: JSON.stringify(rows) },
        summary: `grep ${quote(query.pattern)} in ${name} → ${total}${more}`,
        seen: coverage.matched(matches),
      };
    },
  ),
  /** Value: the number of matching lines. */
  textMethod(
    'text_matches',
    z.strictObject({ text, ...searchArguments }),
    async ({ name, text, coverage }, query, _body, signal) => {
      const value = await countInText(text, query, signal);
      return {
        reply: { value },
        summary: `count ${quote(query.pattern)} in ${name} → ${value}`,
        seen: value > 0 ? coverage.counted([name]) : [],
      };
    },
  ),
  /** Body: JSON `[[chars, start, end], ...]`: pieces of whole lines, of at most that size except for overlong lines. */
  textMethod(
    'text_chunks',
    z.strictObject({ text, maxChars: z.number().int().min(1).max(10_000_000) }),
    async ({ name, text }, { maxChars }, _body, signal) => {
      const plan = await planChunks(text, maxChars, signal);
      return {
        reply: { body: JSON.stringify(plan) },
        summary: `chunks of ${name} → ${plan.length}`,
      };
    },
  ),
];

function textMethod<Given extends { readonly text: number }>(
  name: string,
  args: z.ZodType<Given>,
  answer: (
    named: NamedText,
    given: Given,
    body: string,
    signal: AbortSignal,
  ) => Promise<HostAnswer>,
): HostMethod {
  return {
    name,
    family: 'text',
    args,
    answer: async (call, { context, coverage }, { signal }) => {
      if (context.kind !== 'documents') {
        throw new HostCallError('NotAvailable', `${name}() needs documents as context.`);
      }
      const given = checkArguments(name, args, call);
      const document = context.documents[given.text];
      if (document === undefined || typeof document.text === 'string') {
        throw new HostCallError('RuntimeError', `There is no lazy text ${given.text}.`);
      }
      const named = { name: document.name, text: document.text, coverage };
      try {
        return await answer(named, given, call.body.toString('utf8'), signal);
      } catch (error) {
        if (error instanceof RepositoryError) throw new HostCallError('ValueError', error.message);
        throw error;
      }
    },
  };
}

/** The given range, limited to the characters that exist. */
function within(
  { chars }: SpooledText,
  { start, end }: { readonly start: number; readonly end: number },
): readonly [start: number, end: number] {
  const last = Math.min(end, chars);
  return [Math.min(start, last), last];
}

/** Reads lines `start..end`, unless they are too much. */
async function linesOf(
  text: SpooledText,
  start: number,
  end: number,
  what: string,
): Promise<Buffer> {
  const [from, to] = await text.bytesOfLines(start, end);
  refuseTooMuch(to - from, what);
  return text.bytesBetween(from, to);
}

function refuseTooMuch(size: number, what: string): void {
  if (size <= mostTextReply) return;
  const [much, most] = [size, mostTextReply].map((n) => n.toLocaleString('en-US'));
  throw new HostCallError(
    'ValueError',
    `That is too much at once: ${much} ${what}, at most ${most}. Take smaller slices, or use grep and chunks.`,
  );
}
