import { codeOf } from './callCode';
import { endOfCode, matchAt, stopAt } from './codeEnd';
import { decoded } from './jsonCalls';

/** Begins a step as the ReAct prompt has it, for a larger pattern. */
export const actionSource = '^[ \\t*_#>-]{0,10}(?<action>Action)[*_]{0,3}[ \\t]?:[ \\t*_]{0,10}';

const input =
  /(?:[ \t]*\r?\n){1,3}[ \t*_#>-]{0,10}Action[ _]?Input[*_]{0,3}[ \t]?:[*_]{0,3}[ \t]*\r?\n?/y;
const nextStep = stopAt(
  '(?<=^[ \\t*_#>-]{0,10})(?:Observation|Thought|Final Answer|Action|PAUSE)[*_]{0,3}[ \\t]?:',
  'OTFAP',
);

/** The code of an action. */
export interface ActionCode {
  readonly code: string;
  readonly closed: boolean;
  readonly end: number;
}

/** Reads "Action: name" and "Action Input: ...", or an action that is a call. @param from behind "Action:" */
export function readAction(text: string, from: number): ActionCode | null {
  const said = /^[^\n]{0,300}/.exec(text.slice(from, from + 300))?.[0] ?? '';
  const name = said.trim().replace(/^[`*_"']+|[`*_"'.]+$/g, '');
  const nameEnd = from + said.trimEnd().length;
  const call = /^[A-Za-z_][\w.]{0,80}\(.*\)$/.test(said.trim().replace(/^`+|`+$/g, ''));
  if (call)
    return { code: said.trim().replace(/^`+|`+$/g, ''), closed: true, end: from + said.length };
  const gap = matchAt(input, text, nameEnd);
  if (gap === null || !/^[A-Za-z_][\w.: -]{0,80}$/.test(name)) return null;
  const start = nameEnd + gap.length;
  const end = endOfCode(text, start, nextStep) ?? { at: text.length, mark: '' };
  const body = text.slice(start, end.at).trim();
  const code = codeOf({ name, input: decoded(unquoted(body)) });
  return code === null ? null : { code, closed: true, end: end.at };
}

/** A single text, in quotes or not. */
function unquoted(body: string): string {
  return /^(["'])((?:(?!\1)[^\\\n])*)\1$/.exec(body)?.[2] ?? body;
}
