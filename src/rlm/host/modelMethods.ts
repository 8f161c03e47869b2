import * as z from 'zod';
import type { HostCall, HostReply } from '../../repl/hostCall';
import { modelName } from './argumentTypes';
import type { Asking } from './asking';
import { checkArguments, type Host, type HostMethod } from './hostMethod';

const childSizes = {
  prompt: z.number().int().min(0),
  context: z.number().int().min(0).nullable(),
};

/** The methods that language models answer. Model calls draw and record themselves. */
export const modelMethods: readonly HostMethod[] = [
  /** Call body: the prompt. Body: the reply's text. Raises SubcallError. */
  modelMethod(
    'llm_query',
    z.strictObject({ model: modelName }),
    ({ subcalls }, { model }, body, asking) => subcalls.one(body, model, asking),
  ),
  /**
   * Call body: the prompts one after the other, `lengths` bytes each. Value
   * `{slots: [{length, failed}, ...]}`, body: the texts one after the other; a failed slot's text starts
   * with "Error:".
   */
  modelMethod(
    'llm_query_batched',
    z.strictObject({ lengths: z.array(z.number().int().min(0)).max(100_000), model: modelName }),
    ({ subcalls }, given, body, asking) => subcalls.batch(body, given, asking),
  ),
  /** Call body: the prompt, then the context as JSON; lengths in bytes, null is the parent's. Body: text. */
  modelMethod(
    'rlm_query',
    z.strictObject({ ...childSizes, model: modelName }),
    ({ children }, given, body, asking) => children.one(body, given, asking),
  ),
  /** The same for many, one after the other; replies as `llm_query_batched` gives them. */
  modelMethod(
    'rlm_query_batched',
    z.strictObject({ slots: z.array(z.strictObject(childSizes)).max(100_000), model: modelName }),
    ({ children }, given, body, asking) => children.batch(body, given, asking),
  ),
];

function modelMethod<Given>(
  name: string,
  args: z.ZodType<Given>,
  answer: (host: Host, given: Given, body: HostCall['body'], asking: Asking) => Promise<HostReply>,
): HostMethod {
  return {
    name,
    family: 'models',
    args,
    answer: async (call, host, asking) => {
      const given = checkArguments(name, args, call);
      return { reply: await answer(host, given, call.body, asking), summary: null };
    },
  };
}
