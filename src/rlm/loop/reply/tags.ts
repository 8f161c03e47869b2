import { codeOf, type ToolCall } from './callCode';
import { endOfCode, matchAt, stopAt } from './codeEnd';
import { looksLikeCode } from './fences';
import { callsIn, decoded } from './jsonCalls';
import { readLooseJson } from './looseJson';
import { plainCode } from './plainCode';

/** Code between tags, or calls of tools as models were trained to write them. */
export interface TaggedCode {
  readonly codes: readonly string[];
  /** Whether it can't be anything else. */
  readonly sure: boolean;
  /** False when the reply ends before the tag does. */
  readonly closed: boolean;
  /** Where the text goes on. */
  readonly end: number;
}

const ns = '[\\w:｜|]{0,20}';
const codeNames =
  'execute(?:_[a-z]{1,20})?|python3?|python_code|py|repl|ipython|tool_code|code|code_interpreter|interpreter|run|run_python|run_code|cell|action'.replace(
    /[a-z](?![^[]*\])/g,
    (letter) => `[${letter}${letter.toUpperCase()}]`,
  );
const codeTag = `<(?:${codeNames})(?:[ \\t][^<>\\n]{0,80})?>|\\[(?:PYTHON|CODE|EXECUTE)\\]|<\\|python_(?:tag|start)\\|>`;
const callTag = `<(?:${ns}tool_calls?|${ns}function_calls?|tool_use|use_tool|tool|start_function_call)>|<\\|tool_calls?(?:_section)?(?:_begin)?\\|>|<｜tool▁calls?▁begin｜>|<\\|START_ACTION\\|>|\\[TOOL_CALLS\\]`;
const invokeTag = `<${ns}(?:invoke|function|tool)(?:=|[ \\t]+name[ \\t]*=[ \\t]*)["']?(?<invoked>[\\w.:-]{1,80})["']?[^<>\\n]{0,80}>`;

/** Begins code or a call; by name which of both. For a larger pattern. */
export const tagSource = `(?<codeTag>${codeTag})|(?<callTag>${callTag})|(?<invokeTag>${invokeTag})`;

/** A tag that was found, by the names of its groups. */
export interface FoundTag {
  readonly at: number;
  readonly mark: string;
  readonly kind: 'code' | 'call' | 'invoke';
  /** Of the tool. */
  readonly name: string;
}

/** What the tag encloses; null when that is for the next tag to say, or when it is only spoken of. */
export function readTag(text: string, { at, mark, kind, name }: FoundTag): TaggedCode | null {
  const from = at + mark.length;
  switch (kind) {
    case 'code':
      return readCode(text, at, from, mark);
    case 'call':
      return readCalls(text, from);
    case 'invoke':
      return readInvoke(text, from, name);
  }
}

function readCode(text: string, at: number, from: number, mark: string): TaggedCode | null {
  const json = matchAt(/\s*[[{]/y, text, from) === null ? null : readCalls(text, from);
  if (json) return json;
  const close = closeOf(mark);
  const end =
    endOfCode(text, from, stopAt(close, '<')) ?? endBy(text, from, new RegExp(close, 'g'));
  const { body, isFenced } = unfenced(text.slice(from, end.at));
  if (body.trim() === '') return null;
  const closed = end.mark !== '';
  const before = text.slice(Math.max(0, at - 100), at);
  const beginsLine = /(?:^|\n)[ \t>*-]*$/.test(before);
  // In HTML and in talk about tags, they are something else.
  if (!closed && !beginsLine) return null;
  const sure = isFenced || (beginsLine && !/^.(?:code|run|cell|action)\b/i.test(mark));
  return { codes: [plainCode(body)], sure, closed, end: end.at + end.mark.length };
}

/** As a pattern. */
function closeOf(mark: string): string {
  if (mark.startsWith('<|')) return '<\\|(?:python_end|eom_id|eot_id)\\|>';
  const name = /\w+/.exec(mark)?.[0] ?? '';
  return mark.startsWith('[') ? `\\[/${name}\\]` : `</${name}>`;
}

function unfenced(body: string): { readonly body: string; readonly isFenced: boolean } {
  const fenced = /^\s*`{3,}[\w{}.-]*[ \t]*\r?\n/.exec(body);
  if (!fenced) return { body: body.replace(/^[ \t]*\r?\n/, ''), isFenced: false };
  return {
    body: body
      .slice(fenced[0].length)
      .trimEnd()
      .replace(/`{3,}$/, ''),
    isFenced: true,
  };
}

/** So many calls of one reply are read. */
const mostCalls = 100;

const header =
  /\s*(?:function[<｜|]*tool[▁_]sep[｜|>]*|call:)?([A-Za-z_][\w.]{0,80})(?::\d+)?\s*(?:\[CALL_ID\]\w*)?(?:\[ARGS\]|<｜tool▁sep｜>|<\|tool_sep\|>|<\|tool_call_argument_begin\|>)?\s*(?:```(?:json)?\s*)?(?=[{[])/y;
const argument = /\s*<arg_key>([^<]{1,80})<\/arg_key>\s*<arg_value>/y;
const between = /[\s,;]*(?:<\/?tool_call>[\s,;]*)*/y;

function readCalls(text: string, from: number): TaggedCode | null {
  const calls: ToolCall[] = [];
  let at = from;
  while (calls.length < mostCalls) {
    const next = at + (matchAt(between, text, at)?.length ?? 0);
    const read = readNamed(text, next) ?? readUnnamed(text, next);
    if (!read) break;
    calls.push(...read.calls);
    at = read.end;
  }
  const codes = calls.map(codeOf).filter((code) => code !== null);
  if (codes.length > 0) return { codes, sure: true, closed: true, end: at };
  return readBare(text, from);
}

interface Read {
  readonly calls: readonly ToolCall[];
  readonly end: number;
}

function readUnnamed(text: string, at: number): Read | null {
  if (!/[[{]/.test(text.charAt(at))) return null;
  const json = readLooseJson(text, at);
  const calls = json ? callsIn(json.value, true) : [];
  return json && calls.length > 0 ? { calls, end: json.end } : null;
}

/** A name, and arguments as JSON or in tags of their own. */
function readNamed(text: string, at: number): Read | null {
  header.lastIndex = at;
  const named = header.exec(text);
  if (named) {
    const json = readLooseJson(text, header.lastIndex);
    return json && { calls: [{ name: named[1] ?? '', input: decoded(json.value) }], end: json.end };
  }
  const element = nameElement.exec(text.slice(at, at + 300));
  if (element) return readElement(text, at + element[0].length, element[1] ?? '', element[2] ?? '');
  const tagged = /\s*([A-Za-z_][\w.]{0,80})(?=\s*<arg_key>)/y;
  tagged.lastIndex = at;
  const name = tagged.exec(text)?.[1];
  if (name === undefined) return null;
  const read = readValues(text, tagged.lastIndex, argument, /<\/arg_value>/g);
  return { calls: [{ name, input: read.values }], end: read.end };
}

const anyTag = stopAt(`</${ns}\\w{1,40}>|<\\|\\w{1,40}\\|>`, '<');

const nameElement =
  /^\s*(?:<(?:name|tool_name|tool|function)>)?\s*([A-Za-z_][\w.]{0,80})\s*<\/\w{1,20}>\s*<(input|tool_input|arguments|parameters|args|params)>/;

/** The input of a tool whose name is an element, too. */
function readElement(text: string, from: number, name: string, tag: string): Read {
  const { at, mark } = endBy(text, from, new RegExp(`</${tag}>`, 'g'));
  const body = text
    .slice(from, at)
    .replace(/^[ \t]*\r?\n/, '')
    .trimEnd();
  return { calls: [{ name, input: decoded(body) }], end: at + mark.length };
}

/** Code with nothing around it but the tags of a call. */
function readBare(text: string, from: number): TaggedCode | null {
  if (matchAt(/\s*[A-Za-z_#]/y, text, from) === null) return null;
  const end = endOfCode(text, from, anyTag);
  if (!end) return null;
  const code = plainCode(text.slice(from, end.at).replace(/^[ \t]*\r?\n/, ''));
  if (!looksLikeCode.test(code.trimStart())) return null;
  return { codes: [code], sure: false, closed: end.mark !== '', end: end.at + end.mark.length };
}

const parameter = new RegExp(
  `\\s*<${ns}(?:parameter|param|argument|arg)(?:=|[ \\t]+name[ \\t]*=[ \\t]*)["']?([\\w.-]{1,80})["']?[^<>\\n]{0,80}>`,
  'y',
);
const child = /\s*<([A-Za-z_]\w{0,80})>/y;

const invokeEnd = stopAt(`</${ns}(?:invoke|function|tool)>`, '<');

function readInvoke(text: string, from: number, name: string): TaggedCode | null {
  const parameterEnd = new RegExp(`</${ns}(?:parameter|param|argument|arg)>`, 'g');
  const read = readValues(text, from, parameter, parameterEnd);
  if (read.count > 0) return oneCall(name, read.values, read.end, read.closed);
  const json = matchAt(/\s*[[{]/y, text, from) === null ? null : readLooseJson(text, from);
  if (json) return oneCall(name, decoded(json.value), json.end, true);
  child.lastIndex = from;
  const inner = child.exec(text)?.[1];
  if (inner !== undefined) {
    const element = new RegExp(`\\s*<(${inner})>`, 'y');
    const values = readValues(text, from, element, new RegExp(`</${inner}>`, 'g'));
    return oneCall(name, values.values, values.end, values.closed);
  }
  const end = endOfCode(text, from, invokeEnd) ?? { at: text.length, mark: '' };
  const body = unfenced(text.slice(from, end.at)).body;
  return oneCall(name, body.trim() === '' ? {} : body, end.at + end.mark.length, end.mark !== '');
}

function oneCall(name: string, input: unknown, end: number, closed: boolean): TaggedCode | null {
  const code = codeOf({ name, input });
  return code === null ? null : { codes: [code], sure: true, closed, end };
}

interface Values {
  readonly values: Readonly<Record<string, unknown>>;
  readonly count: number;
  readonly end: number;
  readonly closed: boolean;
}

/** @param open sticky, with the name of a value @param close global */
function readValues(text: string, from: number, open: RegExp, close: RegExp): Values {
  const values: [string, unknown][] = [];
  let end = from;
  let closed = true;
  while (closed) {
    open.lastIndex = end;
    const found = open.exec(text);
    if (!found) break;
    const start = open.lastIndex;
    const last = endBy(text, start, close);
    closed = last.mark !== '';
    const value = text
      .slice(start, last.at)
      .replace(/^[ \t]*\r?\n/, '')
      .replace(/\s+$/, '');
    values.push([found[1]?.trim() ?? '', simpleValue(value)]);
    end = last.at + last.mark.length;
  }
  return { values: Object.fromEntries(values), count: values.length, end, closed };
}

/** Figures and words of JSON stand for themselves; all else is a text. */
function simpleValue(text: string): unknown {
  if (!/^(?:-?\d{1,15}|true|false|null|True|False|None)$/.test(text)) return text;
  return readLooseJson(text, 0)?.value ?? null;
}

function endBy(text: string, from: number, close: RegExp) {
  close.lastIndex = from;
  const found = close.exec(text);
  return found ? { at: found.index, mark: found[0] } : { at: text.length, mark: '' };
}
