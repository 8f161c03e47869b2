import * as z from 'zod';
import type { WrittenText } from './textWriter';

/** What is to be read. */
export const documentTask = z.object({
  /** Absolute path of the document. */
  path: z.string(),
  /** Which file that is: another one in its place is not read. */
  dev: z.bigint(),
  ino: z.bigint(),
  /** What it is called in messages. */
  name: z.string(),
  /** The file to write its text to. */
  target: z.string(),
});

export type DocumentTask = z.infer<typeof documentTask>;

/** What reading one document may take. */
export const readingLimitsSchema = z.object({
  /** It is given up when it makes no progress for so long, in milliseconds. A page takes some 20 ms. */
  patienceMs: z.number(),
  /** The heap of the thread that reads, in MiB; what is outside of it is watched. */
  heapMiB: z.number(),
  /** Memory, in bytes. A file of 1 MB can unpack to a thousand. */
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

/** What is said while a document is read; the last is `read` or `failed`. */
export type DocumentNews =
  /** It goes on. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'read'; readonly text: WrittenText }
  /** A message for people. `expected` is false for what is Fathom's own fault. */
  | { readonly kind: 'failed'; readonly message: string; readonly expected: boolean };

export const documentNews: z.ZodType<DocumentNews> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alive') }),
  z.object({ kind: z.literal('read'), text: writtenText }),
  z.object({ kind: z.literal('failed'), message: z.string(), expected: z.boolean() }),
]);
