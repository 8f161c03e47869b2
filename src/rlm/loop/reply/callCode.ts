import { endOfCode, stopAt } from './codeEnd';
import { plainCode } from './plainCode';

/** The call of a tool: of a Python, or of a function that the REPL has. */
export interface ToolCall {
  readonly name: string;
  /** By name, in order, or a single text. */
  readonly input: unknown;
}

/** Names that tools which run code go by. */
const runsCode =
  /python|repl|\bcode\b|code_|_code|execut|interpret|jupyter|sandbox|notebook|^(?:py|exec|run|cell|tool)$/i;
/** What such tools call their code. */
const codeNames =
  /^(?:code|python|python_?code|py|source|source_?code|script|cell|program|snippet|repl)$/i;
/** What they call it where only one thing can be meant. */
const inputNames =
  /^(?:input|query|cmd|command|content|text|expression|expr|body|value|args?|__arg1)$/i;
const submits = /^(?:final|final_?answer|submit|submit_?answer)$/i;
/** What stands before the name of a tool, and says nothing. */
const prefix = /^(?:(?:functions?|default_api|tools?|api|multi_tool_use|repl|python)[.:/])+/;

/** The code of a call; null when there is none to be seen. */
export function codeOf({ name: said, input }: ToolCall): string | null {
  const name = said.trim().replace(prefix, '').replace(/:\d+$/, '');
  const code = codeIn(name, input);
  if (code !== null) return plainCode(withoutFence(code));
  if (!/^[A-Za-z_][\w.]{0,80}$/.test(name)) return null;
  if (submits.test(name)) return `FINAL(${literal(onlyValue(input))})`;
  const call = `${name}(${argumentsOf(input)})`;
  return /^(?:FINAL|FINAL_VAR|print)$/.test(name) ? call : `print(${call})`;
}

function codeIn(name: string, input: unknown): string | null {
  const ofCode = name === '' || runsCode.test(name);
  if (typeof input === 'string') return ofCode ? input : null;
  if (!isRecord(input)) return null;
  const texts = Object.entries(input).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const named = texts.find(([key]) => codeNames.test(key));
  if (named) return named[1];
  if (!ofCode) return null;
  const [only, ...others] = texts.filter(([key]) => inputNames.test(key));
  if (only && others.length === 0) return only[1];
  return texts.length === 1 && Object.keys(input).length === 1 ? (texts[0]?.[1] ?? null) : null;
}

function onlyValue(input: unknown): unknown {
  if (!isRecord(input)) return input;
  const values = Object.values(input);
  return values.length === 1 ? values[0] : (input['answer'] ?? input);
}

function argumentsOf(input: unknown): string {
  if (input === null || input === undefined || input === '') return '';
  if (Array.isArray(input)) return input.map((value) => literal(value)).join(', ');
  if (!isRecord(input)) return literal(input);
  return Object.entries(input)
    .map(([key, value]) =>
      /^[A-Za-z_]\w*$/.test(key) ? `${key}=${literal(value)}` : literal(value),
    )
    .join(', ');
}

/** A value of JSON as Python writes it. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map((item) => literal(item)).join(', ')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${literal(item)}`,
  );
  return `{${entries.join(', ')}}`;
}

const closing = stopAt('`{3,}', '`');

function withoutFence(code: string): string {
  const open = /^\s*`{3,}[\w{}.-]*[ \t]*\r?\n/.exec(code)?.[0].length;
  if (open === undefined) return code;
  return code.slice(open, endOfCode(code, open, closing)?.at);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
