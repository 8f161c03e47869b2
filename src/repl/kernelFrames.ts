import * as z from 'zod';
import type { CellNeed } from './kernel';

/**
 * The frames that a kernel sends. They come from a process that runs model-written code, so nothing is
 * taken from them before it is checked here.
 */
const bytes = z.number();
const counter = z.number().int().min(0);

export const kernelFrame = z.discriminatedUnion('type', [
  /** The runtime has set the namespace up. */
  z.strictObject({ type: z.literal('ready'), python: z.string().max(100), bytes }),
  /** Printed text: UTF-8, or a JSON string if `escaped`. `skipped` characters before it were dropped. */
  z.strictObject({ type: z.literal('output'), skipped: counter, escaped: z.boolean(), bytes }),
  /** A request to the host. */
  z.strictObject({
    type: z.literal('call'),
    id: z.number().int().min(1),
    method: z.string().max(100),
    args: z.record(z.string(), z.unknown()),
    bytes,
  }),
  /** A cell has ended; the body is a `cellReport`. */
  z.strictObject({
    type: z.literal('done'),
    cell: counter,
    status: z.enum(['ok', 'error', 'interrupted']),
    bytes,
  }),
  /** Answers `check`; the body is the message when none compiles (`index` -1). */
  z.strictObject({
    type: z.literal('checked'),
    request: counter,
    index: z.number().int().min(-1),
    bytes,
  }),
  /** Answers `set`. */
  z.strictObject({
    type: z.literal('assigned'),
    request: counter,
    error: z.string().nullable(),
    bytes,
  }),
]);

export type KernelFrame = z.infer<typeof kernelFrame>;
export type CallFrame = Extract<KernelFrame, { type: 'call' }>;

/** What a kernel tells of a cell that has ended. */
const cellReport = z.strictObject({
  error: z.strictObject({ name: z.string(), message: z.string() }).nullable(),
  variables: z
    .array(
      z.strictObject({
        name: z.string().max(1000),
        type: z.string().max(1000),
        length: z.number().nullable(),
      }),
    )
    .max(1000),
  /** Names of the variables that are new or changed. */
  changed: z.array(z.string().max(1000)).max(1000).optional(),
  answer: z.string().nullable(),
  draft: z.string(),
  /** The output with the longest prints cut, when it is too long to be shown. */
  shown: z.string().nullable().optional(),
});

export type CellReport = z.infer<typeof cellReport>;

/** The header of a frame to the kernel. */
export type HostFrame =
  | {
      readonly type: 'init';
      readonly context: 'repository';
      readonly name: string;
      readonly maxFileSize: number;
    }
  | { readonly type: 'init'; readonly context: 'value' }
  /** Body: the texts that have a number of bytes, one after the other. */
  | {
      readonly type: 'init';
      readonly context: 'documents';
      readonly documents: readonly {
        readonly name: string;
        readonly line: number;
        readonly bytes: number | null;
        readonly host: { readonly chars: number; readonly lines: number } | null;
      }[];
    }
  | { readonly type: 'execute'; readonly cell: number }
  | {
      readonly type: 'check';
      readonly request: number;
      readonly need: CellNeed;
      readonly lengths: readonly number[];
    }
  | { readonly type: 'set'; readonly request: number }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | {
      readonly type: 'result';
      readonly id: number;
      readonly exception: string;
      readonly message: string;
    };

/** Printed text that was sent as JSON; null when it is none. */
export function parseText(body: Buffer): string | null {
  try {
    const text: unknown = JSON.parse(body.toString('utf8'));
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}

/** What a kernel says of a cell that ended; null when it is not of the protocol. */
export function parseReport(body: Buffer): CellReport | null {
  try {
    const report = cellReport.safeParse(JSON.parse(body.toString('utf8')));
    return report.success ? report.data : null;
  } catch {
    return null;
  }
}
