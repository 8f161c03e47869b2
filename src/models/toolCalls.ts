import * as z from 'zod';

const text = z.string().nullish().catch(null);
const called = z
  .object({
    name: text,
    // JSON in a text, or as it is; a custom tool has a text as its input.
    arguments: z.unknown().optional(),
    input: z.unknown().optional(),
  })
  .nullish()
  .catch(null);
const toolCall = z.object({
  index: z.number().nullish().catch(null),
  id: text,
  function: called,
  custom: called,
});

/** More calls than this are left out: no model makes so many at once. */
const mostCalls = 200;

/** The tool calls in a message, or their pieces in a delta; what is none of the API's is left out. */
export const toolCallFields = {
  tool_calls: z.array(z.unknown()).max(mostCalls).nullish().catch(null),
  function_call: z.unknown().optional(),
};

/** A call in the form that most models write. @param input JSON, or a text */
export function callAsText(name: string, input: string): string {
  return `<tool_call>\n${JSON.stringify({ name, arguments: input })}\n</tool_call>`;
}

type Called = z.infer<typeof called>;

/** A call as far as it has come. */
interface Call {
  readonly index: number | string | null;
  readonly id: string | null;
  name: string;
  arguments: string;
}

/**
 * Puts together the tool calls of a reply. Fathom offers no tools, but models that were trained on them call them
 * all the same, and servers take such calls out of the text. They are put back there, in the form that most
 * models write.
 */
export class ToolCalls {
  readonly #calls: Call[] = [];

  /** Adds those of a message, or their next pieces. @returns how many characters came. */
  add(calls: readonly unknown[] | null | undefined, functionCall: unknown): number {
    let length = 0;
    for (const one of calls ?? []) {
      const parsed = toolCall.safeParse(one);
      if (!parsed.success) continue;
      const { index, id, function: named, custom } = parsed.data;
      length += this.#addPiece(index ?? (id || null), id || null, named ?? custom);
    }
    const single = called.safeParse(functionCall);
    if (single.success && single.data) length += this.#addPiece('function_call', null, single.data);
    return length;
  }

  /** As text, a line for each; empty when there was none. */
  get text(): string {
    return this.#calls.map((call) => callAsText(call.name, call.arguments)).join('\n');
  }

  #addPiece(index: Call['index'], id: string | null, piece: Called): number {
    if (!piece) return 0;
    const name = piece.name ?? '';
    const input = asText(piece.arguments ?? piece.input);
    const call = this.#find(index, id, name) ?? this.#begin(index, id);
    if (!call) return 0;
    // Some repeat the name with each piece.
    if (name !== call.name) call.name += name;
    call.arguments += input;
    return name.length + input.length;
  }

  /** The call that a piece belongs to. Some servers leave its index out, or say 0 for all calls. */
  #find(index: Call['index'], id: string | null, name: string): Call | undefined {
    if (index === null) return name === '' ? this.#calls.at(-1) : undefined;
    const call = this.#calls.findLast((one) => one.index === index);
    const isAnother = name !== '' && id !== null && call?.id !== id;
    return isAnother ? undefined : call;
  }

  #begin(index: Call['index'], id: string | null): Call | null {
    if (this.#calls.length === mostCalls) return null;
    const call = { index, id, name: '', arguments: '' };
    this.#calls.push(call);
    return call;
  }
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
