import * as z from 'zod';

// Arguments of several methods.

export const pathString = z.string().max(8192);
export const nullablePath = pathString.nullable();
export const nullableGlob = z.string().max(8192).nullable();
export const modelName = z.string().max(1024).nullable();
export const lineNumber = z
  .number()
  .int()
  .min(1)
  .max(2 ** 31);
const pattern = z.string().max(100_000);

/** Arguments of a search. */
export const searchArguments = {
  pattern,
  ignoreCase: z.boolean(),
  fixed: z.boolean(),
  word: z.boolean(),
  multiline: z.boolean(),
};

/** Which matches are returned, with how many lines around them. */
export const matchArguments = {
  before: z.number().int().min(0).max(1000),
  after: z.number().int().min(0).max(1000),
  maxCount: z.number().int().min(1).max(1_000_000),
};
