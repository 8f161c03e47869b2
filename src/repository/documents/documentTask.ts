import * as z from 'zod';
import type { WrittenText } from './textWriter';

/** A document to read. */
export const documentTask = z.object({
  /** Absolute path of the document. */
  path: z.string(),
  /** The identity of the file: another one in its place is not read. */
  dev: z.bigint(),
  ino: z.bigint(),
  /** Its name in messages. */
  name: z.string(),
  /** The file to write its text to. */
  target: z.string(),
});

export type DocumentTask = z.infer<typeof documentTask>;

/** The limits of reading one document. */
export const readingLimitsSchema = z.object({
  /** Reading is given up after so long without progress, in milliseconds. A page takes some 20 ms. */
  patienceMs: z.number(),
  /** The heap of the reading thread, in MiB. */
  heapMiB: z.number(),
  /** Memory of the process, in bytes. A file of 1 MB can unpack to a thousand. */
  memoryBytes: z.number(),
});

export type ReadingLimits = Readonly<z.infer<typeof readingLimitsSchema>>;

const writtenText = z.object({
  path: z.string(),
  bytes: z.number(),
  chars: z.number(),
  newlines: z.number(),
  endsWithNewline: z.boolean(),
  index: z.instanceof(Float64Array),
  marks: z.array(z.object({ line: z.number(), label: z.string() })),
});

/** Messages while a document is read; the last one is `read` or `failed`. */
export type DocumentNews =
  /** Reading makes progress. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'read'; readonly text: WrittenText }
  /** With a message for people. `expected` is false for Fathom's own faults. */
  | { readonly kind: 'failed'; readonly message: string; readonly expected: boolean };

export const documentNews: z.ZodType<DocumentNews> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alive') }),
  z.object({ kind: z.literal('read'), text: writtenText }),
  z.object({ kind: z.literal('failed'), message: z.string(), expected: z.boolean() }),
]);
