import { z } from 'zod';
import type { NodeId, RunId, TrajectoryEvent } from './events';

const stamp = {
  run: z.string().transform((id) => id as RunId),
  node: z.string().transform((id) => id as NodeId),
  time: z.number(),
};

const usage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedInputTokens: z.number(),
  estimated: z.boolean(),
  costUsd: z.number().nullable(),
});

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
  how: z.enum(['listed', 'matched', 'read', 'sent']),
  start: z.number().exactOptional(),
  end: z.number().exactOptional(),
});

/** A line of a log, or a message, as an event. */
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
    kind: z.enum([
      'child',
      'iteration',
      'model-call',
      'cell',
      'host-call',
      'batch',
      'subcall',
      'report',
      'answer',
    ]),
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
    spent: usage.exactOptional(),
  }),
  z.object({
    type: z.literal('node-ended'),
    ...stamp,
    outcome: z.enum(['ok', 'error', 'stopped', 'cancelled']),
    summary: z.string().exactOptional(),
    reason: z.string().exactOptional(),
    usage: usage.exactOptional(),
  }),
  z.object({
    type: z.literal('body'),
    ...stamp,
    part: z.enum(['question', 'prompt', 'response', 'code', 'output', 'answer', 'coverage']),
    text: z.string(),
  }),
]);
