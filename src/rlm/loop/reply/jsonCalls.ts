import { isRecord, type ToolCall } from './callCode';
import { readLooseJson } from './looseJson';

const nameKeys = [
  'name',
  'tool',
  'tool_name',
  'function_name',
  'action',
  'function',
  'recipient_name',
];
const inputKeys = [
  'arguments',
  'parameters',
  'args',
  'input',
  'tool_input',
  'action_input',
  'kwargs',
  'params',
  'tool_args',
  'tool_parameters',
];
/** Their one text is the code where no tool is named. */
const bareKeys = ['code', 'python', 'python_code', 'repl', 'tool_code'];

/**
 * The calls that a value of JSON stands for, in whichever way models and providers write calls.
 * @param marked where the text says that it is a call: then it needs no arguments.
 */
export function callsIn(value: unknown, marked = false): readonly ToolCall[] {
  if (Array.isArray(value)) return value.flatMap((one) => callsIn(one, marked));
  if (!isRecord(value)) return [];
  const list = value['tool_calls'] ?? value['calls'] ?? value['tool_uses'];
  if (Array.isArray(list)) return list.flatMap((one) => callsIn(one, marked));
  for (const key of ['function', 'function_call', 'tool_call', 'custom']) {
    const inner = value[key];
    if (isRecord(inner)) return callsIn(inner, marked);
  }
  const input = inputKeys.find((key) => Object.hasOwn(value, key));
  const nameKey = nameKeys.find((key) => typeof value[key] === 'string') ?? '';
  const { [nameKey]: name, type: _type, id: _id, ...rest } = value;
  if (typeof name === 'string') {
    if (input !== undefined) return [{ name, input: decoded(value[input]) }];
    // Some write the arguments beside the name.
    if (marked) return [{ name, input: rest }];
  }
  const code = bareKeys.find((key) => typeof value[key] === 'string');
  return code === undefined ? [] : [{ name: 'python', input: { code: value[code] } }];
}

/** Arguments are often JSON in a text. */
export function decoded(input: unknown): unknown {
  if (typeof input !== 'string' || !/^\s*[[{]/.test(input)) return input;
  const read = readLooseJson(input, 0);
  const isWhole = read !== null && input.slice(read.end).trim() === '';
  return isWhole && (isRecord(read.value) || Array.isArray(read.value)) ? read.value : input;
}
