import * as z from 'zod';
import {
  bodyParts,
  type NodeId,
  nodeKinds,
  nodeOutcomes,
  type RunId,
  seenHows,
  type TrajectoryEvent,
  type Usage,
} from './events';

/** Usage as it is in a log. */
export const usageSchema: z.ZodType<Usage> = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedInputTokens: z.number(),
  estimated: z.boolean(),
  costUsd: z.number().nullable(),
});

const stamp = {
  run: z.string().transform((id) => id as RunId),
  node: z.string().transform((id) => id as NodeId),
  time: z.number(),
};

const limits = z.object({
  maxDepth: z.number(),
  maxIterations: z.number(),
  maxSubcalls: z.number(),
  maxTokens: z.number().nullable(),
  maxCostUsd: z.number().nullable(),
  timeoutMs: z.number(),
});

const seenFile = z.object({
  path: z.string(),
  how: z.enum(seenHows),
  start: z.number().exactOptional(),
  end: z.number().exactOptional(),
});

/** An event as it is in a log or a message. */
export const eventSchema: z.ZodType<TrajectoryEvent> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run-started'),
    ...stamp,
    question: z.string(),
    model: z.string(),
    subModel: z.string(),
    subject: z.string(),
    limits: limits.exactOptional(),
  }),
  z.object({
    type: z.literal('node-started'),
    ...stamp,
    parent: stamp.node,
    kind: z.enum(nodeKinds).exclude(['run']),
    summary: z.string(),
  }),
  z.object({
    type: z.literal('node-progress'),
    ...stamp,
    text: z.string().exactOptional(),
    summary: z.string().exactOptional(),
    done: z.number().exactOptional(),
    total: z.number().exactOptional(),
    workingSince: z.number().exactOptional(),
    files: z.array(seenFile).exactOptional(),
    spent: usageSchema.exactOptional(),
  }),
  z.object({
    type: z.literal('node-ended'),
    ...stamp,
    outcome: z.enum(nodeOutcomes),
    summary: z.string().exactOptional(),
    reason: z.string().exactOptional(),
    usage: usageSchema.exactOptional(),
  }),
  z.object({
    type: z.literal('body'),
    ...stamp,
    part: z.enum(bodyParts),
    text: z.string(),
  }),
]);
