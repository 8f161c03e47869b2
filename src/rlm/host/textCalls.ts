import { type HostCall, HostCallError } from '../../repl/hostCall';
import type { HostArguments, hostMethods } from '../../repl/hostMethods';
import { planChunks } from '../../repository/documents/planChunks';
import { countInText, grepText } from '../../repository/documents/searchText';
import type { SpooledText } from '../../repository/documents/spooledText';
import { RepositoryError } from '../../repository/repository';
import type { Coverage } from '../coverage/coverage';
import type { SubjectDocument } from '../subject/subject';
import { checkArguments } from './checkArguments';
import { quote, type RepositoryReply } from './repositoryReply';

/** Characters, or bytes of lines, that one call gets: what a kernel can take in its stride. */
const mostTextReply = 16 * 1024 * 1024;
/** Bytes of lines that iteration gets at a time. */
const iterationBytes = 1024 * 1024;

type TextMethod = Extract<keyof typeof hostMethods, `text_${string}`>;

/** A lazy text, as a call names it. */
interface NamedText {
  readonly name: string;
  readonly text: SpooledText;
  readonly coverage: Coverage;
}

type TextAnswer<M extends TextMethod> = (
  named: NamedText,
  given: HostArguments<M>,
  body: string,
  signal: AbortSignal,
) => Promise<RepositoryReply>;

const answers: { readonly [M in TextMethod]: TextAnswer<M> } = {
  async text_slice({ name, text, coverage }, given) {
    const [start, end] = within(text, given);
    refuseTooMuch(end - start, 'characters');
    const body = await text.slice(start, end);
    const line = await text.lineOfChar(start);
    return {
      reply: { body },
      summary: `read ${name}, ${(end - start).toLocaleString('en-US')} characters from line ${line}`,
      seen: coverage.readPart(name, body.toString('utf8'), line),
    };
  },
  async text_read({ name, text, coverage }, { start, end }) {
    const last = Math.min(end ?? text.lines, text.lines);
    const body = await linesOf(text, start, last, 'bytes');
    return {
      reply: { body },
      summary: `read ${name}:${start}-${last}`,
      seen: coverage.readPart(name, body.toString('utf8'), start),
    };
  },
  async text_lines({ name, text, coverage }, { start }) {
    const end = await text.lastLineWithin(start, iterationBytes);
    const body = await linesOf(text, start, end, 'bytes in one line');
    return {
      reply: { value: { end }, body },
      summary: `read ${name}:${start}-${end}`,
      seen: coverage.readPart(name, body.toString('utf8'), start),
    };
  },
  async text_find({ name, text }, given, needle, signal) {
    const [start, end] = within(text, given);
    const value = await text.find(needle, start, end, given.last, signal);
    return { reply: { value }, summary: `find ${quote(needle)} in ${name} → ${value}` };
  },
  async text_count({ name, text }, given, needle, signal) {
    const [start, end] = within(text, given);
    if (needle === '') throw new HostCallError('ValueError', 'An empty text is not counted.');
    const value = await text.count(needle, start, end, signal);
    return { reply: { value }, summary: `count ${quote(needle)} in ${name} → ${value}` };
  },
  async text_grep({ name, text, coverage }, query, _body, signal) {
    const { matches, total, truncated } = await grepText(text, name, query, signal);
    const rows = matches.map(({ path, line, column, text: shown }) => [path, line, column, shown]);
    const more = truncated ? ' or more' : '';
    return {
      reply: { value: { total, truncated }, body: JSON.stringify(rows) },
      summary: `grep ${quote(query.pattern)} in ${name} → ${total}${more}`,
      seen: coverage.matched(matches),
    };
  },
  async text_matches({ name, text, coverage }, query, _body, signal) {
    const value = await countInText(text, query, signal);
    return {
      reply: { value },
      summary: `count ${quote(query.pattern)} in ${name} → ${value}`,
      seen: value > 0 ? coverage.counted([name]) : [],
    };
  },
  async text_chunks({ name, text }, { maxChars }, _body, signal) {
    const plan = await planChunks(text, maxChars, signal);
    return { reply: { body: JSON.stringify(plan) }, summary: `chunks of ${name} → ${plan.length}` };
  },
};

export function isTextMethod(method: string): method is TextMethod {
  return Object.hasOwn(answers, method);
}

/**
 * Answers what code asks of a lazy text.
 * @throws {HostCallError} with the Python exception that fits what is wrong.
 */
export async function answerTextCall(
  method: TextMethod,
  call: HostCall,
  documents: readonly SubjectDocument[],
  coverage: Coverage,
  signal: AbortSignal,
): Promise<RepositoryReply> {
  try {
    return await answerChecked(method, call, documents, coverage, signal);
  } catch (error) {
    if (error instanceof RepositoryError) throw new HostCallError('ValueError', error.message);
    throw error;
  }
}

async function answerChecked<M extends TextMethod>(
  method: M,
  call: HostCall,
  documents: readonly SubjectDocument[],
  coverage: Coverage,
  signal: AbortSignal,
): Promise<RepositoryReply> {
  const given = checkArguments(method, call);
  const document = documents[given.text];
  if (document === undefined || typeof document.text === 'string') {
    throw new HostCallError('RuntimeError', `There is no lazy text ${given.text}.`);
  }
  const { name, text } = document;
  const body = call.body.toString('utf8');
  return answers[method]({ name, text, coverage }, given, body, signal);
}

/** Characters that there are. */
function within(
  { chars }: SpooledText,
  { start, end }: { readonly start: number; readonly end: number },
): readonly [start: number, end: number] {
  const last = Math.min(end, chars);
  return [Math.min(start, last), last];
}

/** Lines `start..end`, which are read only if they are not too much. */
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
