import * as z from 'zod';
import { usageSchema } from './eventSchema';
import type { NodeId, RunId } from './events';

/** Deeper than any reply of the host. Values are written again by recursion, which must end. */
const mostDeep = 100;

function isShallow(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostDeep) return false;
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
  }
  return true;
}

/**
 * What the log keeps of a node besides its events, so that a run can be resumed and a conversation
 * revived without asking a model again. Views don't get these.
 */
const nodeRecordSchema = z.discriminatedUnion('kind', [
  /** Of a run: it resumes that run, or asks another question in its conversation. */
  z.object({ kind: z.literal('after'), run: z.string(), how: z.enum(['resume', 'follow-up']) }),
  /** Of a run: what it is about. Absolute paths of folders, links resolved, or names of documents. */
  z.object({
    kind: z.literal('about'),
    what: z.enum(['folders', 'documents']),
    places: z.array(z.string()),
  }),
  /** Of a run: where its report goes, and the wish for it. */
  z.object({
    kind: z.literal('report'),
    path: z.string(),
    wish: z
      .object({
        template: z.string().nullable(),
        revisions: z.object({ from: z.string(), to: z.string() }).nullable(),
        language: z.string(),
        /** Where the asker also puts the report. A run only keeps it for those who resume it. */
        target: z.record(z.string(), z.string()).readonly().exactOptional(),
      })
      .nullable(),
    /** True when its file was named by the user. */
    named: z.boolean(),
  }),
  /** Of a run: the place in the report file of what it wrote to end the report. */
  z.object({ kind: z.literal('report-ended'), from: z.number(), bytes: z.number() }),
  /**
   * Of a model call: which messages of the conversation its prompt has, starting at message `from`. The lengths
   * are in UTF-16 units; an empty line joins the messages.
   */
  z.object({
    kind: z.literal('said'),
    from: z.number().int().min(0),
    parts: z.array(
      z.object({ role: z.enum(['system', 'user', 'assistant']), length: z.number().int().min(0) }),
    ),
    /**
     * `direct`: with the whole of a small context. `compaction`: asks for a summary. `last`: asks for the best
     * answer so far, at a limit.
     */
    why: z.enum(['turn', 'direct', 'compaction', 'last']),
  }),
  /** Of a model call or sub-call: its reply without the text, which is the node's response. */
  z.object({
    kind: z.literal('reply'),
    /** Of the model and the prompt. */
    key: z.string(),
    finishReason: z.enum(['stop', 'length', 'content-filter']),
    usage: usageSchema,
  }),
  /** Of a sub-call or child that failed or did not end: what was asked. */
  z.object({ kind: z.literal('asked'), key: z.string() }),
  /** Of a cell: how it ended. The node's output has its output. */
  z.object({
    kind: z.literal('cell'),
    status: z.enum(['ok', 'error', 'interrupted', 'timeout', 'lost']),
    outputLength: z.number(),
    error: z.object({ name: z.string(), message: z.string() }).nullable(),
    /** True when an answer was submitted. */
    submitted: z.boolean(),
  }),
  /** Of a cell: the host's reply to a request of its code, or the exception. */
  z.object({
    kind: z.literal('host'),
    /** Of the method, its arguments and its body. */
    key: z.string(),
    value: z.unknown().refine(isShallow),
    body: z.string().exactOptional(),
    error: z.object({ exception: z.string(), message: z.string() }).exactOptional(),
  }),
]);

export type NodeRecord = z.infer<typeof nodeRecordSchema>;
export type RecordOf<K extends NodeRecord['kind']> = Extract<NodeRecord, { kind: K }>;

/** A record as it is in the log. */
export interface LoggedRecord {
  readonly type: 'record';
  readonly run: RunId;
  readonly node: NodeId;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly record: NodeRecord;
}

/** Receives the records of a run, in order with its events. Must not throw and must not wait. */
export type RecordSink = (record: LoggedRecord) => void;

export const loggedRecordSchema: z.ZodType<LoggedRecord> = z.object({
  type: z.literal('record'),
  run: z.string().transform((id) => id as RunId),
  node: z.string().transform((id) => id as NodeId),
  time: z.number(),
  record: nodeRecordSchema,
});
