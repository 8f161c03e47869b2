import * as z from 'zod';
import { bodyParts, type NodeId, type RunId } from '../../trajectory/events';
import { stateLength, type ViewMessage } from '../../trajectory/viewProtocol';

/** Ids are short; a path may be as long as systems allow. */
const idLength = 200;
const pathLength = 32_768;

const run = z
  .string()
  .max(idLength)
  .regex(/^[\w-]+$/)
  .transform((id) => id as RunId);
const node = z
  .string()
  .max(idLength)
  .transform((id) => id as NodeId);
const nodes = z.array(node).min(1).max(1_000);
const part = z.enum(bodyParts).exclude(['coverage']);

/** A message of the view. The view is a page of its own, so its messages are checked. */
export const viewMessageSchema: z.ZodType<ViewMessage> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), run: run.nullable(), opened: z.array(node).max(1_000) }),
  z.object({ type: z.literal('state'), state: z.string().max(stateLength) }),
  z.object({ type: z.literal('ack'), seq: z.int() }),
  z.object({ type: z.literal('load'), node: node.nullable() }),
  z.object({ type: z.literal('body'), node, part }),
  z.object({ type: z.literal('open-body'), nodes, part }),
  z.object({ type: z.literal('copy-body'), nodes, part }),
  z.object({ type: z.literal('stop'), node: node.nullable() }),
  z.object({ type: z.literal('ask'), question: z.string().max(100_000) }),
  z.object({ type: z.literal('ask-again'), node }),
  z.object({ type: z.literal('history') }),
  z.object({ type: z.literal('open-run'), run }),
  z.object({ type: z.literal('delete-run'), run }),
  z.object({ type: z.literal('export-run'), run }),
  z.object({ type: z.literal('rerun'), run }),
  z.object({ type: z.literal('resume-run'), run }),
  z.object({ type: z.literal('coverage'), folder: z.string().max(pathLength) }),
  z.object({
    type: z.literal('open-file'),
    path: z.string().max(pathLength),
    start: z.int(),
    end: z.int(),
  }),
  z.object({ type: z.literal('select-model') }),
]);
