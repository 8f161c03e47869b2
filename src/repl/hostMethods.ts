import * as z from 'zod';

/**
 * What the code in a kernel may ask of its host: the arguments of each method. They are written by a
 * model and arrive over a pipe, so they are checked before use. The reply of each is described beside
 * it; "body" is the reply's body, JSON in UTF-8 where it says JSON. Lone surrogates in paths travel as
 * `\udcXX` escapes and mean bytes that are not UTF-8.
 */
const pathString = z.string().max(8192);
const nullablePath = pathString.nullable();
const pattern = z.string().max(100_000);
const lineNumber = z
  .number()
  .int()
  .min(1)
  .max(2 ** 31);
const symbolInLine = {
  path: pathString,
  line: lineNumber,
  symbol: z.string().min(1).max(1024),
};
const revision = z.string().max(1024);

const searchArguments = {
  pattern,
  ignoreCase: z.boolean(),
  fixed: z.boolean(),
  word: z.boolean(),
  multiline: z.boolean(),
};

const countArguments = {
  ...searchArguments,
  glob: z.string().max(8192).nullable(),
  path: nullablePath,
};

const grepArguments = {
  before: z.number().int().min(0).max(1000),
  after: z.number().int().min(0).max(1000),
  maxCount: z.number().int().min(1).max(1_000_000),
};

/** A lazy text, by its place in the list of documents. */
const text = z.number().int().min(0).max(100_000);
const character = z
  .number()
  .int()
  .min(0)
  .max(2 ** 53 - 1);
/** Characters of a lazy text, from the first up to the one before the last. */
const characters = { text, start: character, end: character };

const childSizes = {
  prompt: z.number().int().min(0),
  context: z.number().int().min(0).nullable(),
};

export const hostMethods = {
  /** Body: JSON `[[path, line, column, text], ...]`; value `{total, truncated, leftOut?}`. Column 0 is context. */
  grep: z.strictObject({ ...countArguments, ...grepArguments }),
  /** Body: JSON `{path: matches}`. */
  count: z.strictObject(countArguments),
  /** Body: JSON `[[path, size, language], ...]`, sorted. */
  files: z.strictObject({ glob: z.string().max(8192).nullable() }),
  /** Body: text. */
  tree: z.strictObject({ path: pathString, depth: z.number().int().min(1).max(100) }),
  /** Body: text; value `{start, end, totalLines}`. `end` null is the last line. */
  read: z.strictObject({ path: pathString, start: lineNumber, end: z.number().int().nullable() }),
  /** Body: JSON `[[path, score, {word: hits}], ...]`, best first. */
  search: z.strictObject({
    words: z.string().max(100_000),
    k: z.number().int().min(1).max(10_000),
  }),
  /** Body: JSON `[[chars, [[path, start, end], ...]], ...]`. One of `paths` and `glob` is null. */
  chunks: z.strictObject({
    paths: z.array(pathString).max(1_000_000).nullable(),
    glob: z.string().max(8192).nullable(),
    maxChars: z.number().int().min(200).max(10_000_000),
  }),
  /** Body: JSON `[[hash, author, date, subject], ...]`, newest first. */
  git_log: z.strictObject({ path: nullablePath, n: z.number().int().min(1).max(100_000) }),
  /** Body: text. */
  git_blame: z.strictObject({ path: pathString, start: lineNumber, end: lineNumber }),
  /** Body: text. */
  git_show: z.strictObject({ rev: revision, path: nullablePath }),
  /** Body: text. */
  git_diff: z.strictObject({ a: revision, b: revision.nullable(), path: nullablePath }),
  /**
   * Body: JSON `[[path, line, end, name, kind, container], ...]`; value `{total, elsewhere}`: how many there
   * are in the context, of which at most 1,000 are given, and how many outside of it. The language servers
   * of an editor answer this and what follows; without them it raises NotAvailable.
   */
  symbols: z.strictObject({ query: z.string().max(1024) }),
  /** The same. */
  outline: z.strictObject({ path: pathString }),
  /** Body: JSON `[[path, line, column, text], ...]`; value as for `symbols`. */
  definition: z.strictObject(symbolInLine),
  /** The same. */
  references: z.strictObject(symbolInLine),
  /** Body: JSON `[[path, line, column, text, caller], ...]`; value as for `symbols`. */
  callers: z.strictObject(symbolInLine),
  /** Body: JSON `[[path, line, severity, message, source], ...]`; value as for `symbols`. */
  diagnostics: z.strictObject({ path: nullablePath }),
  /** Body: those characters. At most `mostTextReply` of them. */
  text_slice: z.strictObject(characters),
  /** Body: those lines, as far as there are any. `end` null is the last line. */
  text_read: z.strictObject({ text, start: lineNumber, end: lineNumber.nullable() }),
  /** Body: whole lines from `start` on, about 1 MB of them; value `{end}`, the last of them. */
  text_lines: z.strictObject({ text, start: lineNumber }),
  /** Call body: what to look for. Value: its first (or last) character, or -1. */
  text_find: z.strictObject({ ...characters, last: z.boolean() }),
  /** Call body: what to look for, not empty. Value: how often it is there, without overlapping. */
  text_count: z.strictObject(characters),
  /** As `grep`, in one text. */
  text_grep: z.strictObject({ text, ...searchArguments, ...grepArguments }),
  /** Value: how many lines match. */
  text_matches: z.strictObject({ text, ...searchArguments }),
  /** Body: JSON `[[chars, start, end], ...]`: pieces on line ends, each but an overlong line of at most that size. */
  text_chunks: z.strictObject({ text, maxChars: z.number().int().min(1).max(10_000_000) }),
  /** Call body: the prompt. Body: the reply's text. Raises SubcallError. */
  llm_query: z.strictObject({ model: z.string().max(1024).nullable() }),
  /**
   * Call body: the prompts one after the other, `lengths` bytes each. Value
   * `{slots: [{length, failed}, ...]}`, body: the texts one after the other; a failed slot's text starts
   * with "Error:".
   */
  llm_query_batched: z.strictObject({
    lengths: z.array(z.number().int().min(0)).max(100_000),
    model: z.string().max(1024).nullable(),
  }),
  /** Call body: the prompt, then the context as JSON; lengths in bytes, null is the parent's. Body: text. */
  rlm_query: z.strictObject({ ...childSizes, model: z.string().max(1024).nullable() }),
  /** The same for many, one after the other; replies as `llm_query_batched` gives them. */
  rlm_query_batched: z.strictObject({
    slots: z.array(z.strictObject(childSizes)).max(100_000),
    model: z.string().max(1024).nullable(),
  }),
  /**
   * Call body: a section's text. Value `{section}`, a number to write to it with; without `close` it stays
   * open, and its text may be empty.
   */
  report_section: z.strictObject({
    title: z.string().min(1).max(1000),
    level: z.number().int().min(1).max(6),
    close: z.boolean(),
  }),
  /** Call body: text for the end of that section, or of the report. `close` finishes the section. */
  report_write: z.strictObject({
    section: z.number().int().min(1).nullable(),
    close: z.boolean(),
  }),
  /**
   * Value `{chars, sections, open}`; body: JSON `[[section, title, level, chars, open], ...]`, in order, of
   * all sections, of that one or of none.
   */
  report_sections: z.strictObject({
    rows: z.union([z.enum(['all', 'none']), z.number().int().min(1)]),
  }),
  /** Call body: the document's text. Value `{name}`. */
  open_document: z.strictObject({
    title: z.string().min(1).max(1000),
    language: z.string().max(100).nullable(),
  }),
} as const;

/** What is answered by language models: such a call takes as long as they do, and has limits of its own. */
export function asksModels(method: string): boolean {
  return /^(?:llm|rlm)_query/.test(method);
}

export type HostMethod = keyof typeof hostMethods;
export type HostArguments<M extends HostMethod> = z.infer<(typeof hostMethods)[M]>;
