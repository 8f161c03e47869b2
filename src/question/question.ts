import * as z from 'zod';
import { apiWishes } from '../models/apiName';
import type { PlaceMark } from '../repository/documents/placeMark';
import type { Limits } from '../rlm/budget/limits';
import type { ReportWish } from '../rlm/report/reportWish';

// A question as plain data, for every program that asks one.

const texts = z.array(z.string()).readonly();

/** Models go by the endpoint's name, or by `chatModelName` for those of VS Code. */
const modelChoice = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('offline') }),
    z.strictObject({
      kind: z.literal('named'),
      /** The endpoint; null for OpenAI's. */
      baseUrl: z.string().nullable(),
      model: z.string(),
      /** Null is the same as `model`. */
      subModel: z.string().nullable(),
      /** Further models that code may name in a sub-call. */
      otherModels: texts,
      /** The API to ask them through; `auto` goes by the endpoint and the model. */
      api: z.enum(apiWishes),
      /** For the endpoint; null when it needs none, or none of the models is there. */
      apiKey: z.string().nullable(),
    }),
  ])
  .readonly();

const kernelWishSchema = z
  .strictObject({
    kernel: z.enum(['auto', 'native', 'wasm']),
    /** `off` lets a native kernel do everything that the user may do. Only after a warning. */
    isolation: z.enum(['on', 'off']),
    /** Path of the interpreter that the user chose; null means the first one found. */
    pythonPath: z.string().nullable(),
    /** Interpreters to look at first when none was chosen. */
    preferredPythons: texts,
    /** The open folders. No program in them is started. */
    outside: texts,
    /** Folder where the result of the self-test is kept. */
    stateFolder: z.string(),
  })
  .readonly();

const placeMark = z
  .strictObject({ line: z.number(), label: z.string() })
  .readonly() satisfies z.ZodType<PlaceMark>;

/** The name in citations: the path in the workspace. */
const name = z.string();

/** A document: a file in any format that can be read as text, a text from an editor, or standard input. */
const subjectSource = z.discriminatedUnion('from', [
  z.strictObject({ name, from: z.literal('file'), /** Absolute. */ path: z.string() }).readonly(),
  z
    .strictObject({
      name,
      from: z.literal('text'),
      text: z.string(),
      /** The line of the file at which the text begins. */
      firstLine: z.number(),
      /** Where cells of a notebook begin in the text. */
      marks: z.array(placeMark).readonly().exactOptional(),
      /** The file that the text comes from, if any. */
      path: z.string().exactOptional(),
    })
    .readonly(),
  z.strictObject({ name, from: z.literal('stdin') }).readonly(),
]);

const subjectFolder = z
  .strictObject({
    /** Absolute. */
    path: z.string(),
    /** The beginning of the paths in it: "", or a text that ends with "/". */
    prefix: z.string(),
  })
  .readonly();

const questionSubject = z.discriminatedUnion('kind', [
  /** Absolute paths of folders, as one repository. */
  z.strictObject({ kind: z.literal('workspace'), folders: texts }).readonly(),
  /** Some folders, whose files have the same names as in a question about the whole workspace. */
  z
    .strictObject({ kind: z.literal('folders'), folders: z.array(subjectFolder).readonly() })
    .readonly(),
  z
    .strictObject({ kind: z.literal('documents'), documents: z.array(subjectSource).readonly() })
    .readonly(),
]);

const reportWish = z
  .strictObject({
    template: z.string().nullable(),
    revisions: z.strictObject({ from: z.string(), to: z.string() }).readonly().nullable(),
    language: z.string(),
    target: z.record(z.string(), z.string()).readonly().exactOptional(),
  })
  .readonly() satisfies z.ZodType<ReportWish>;

const limits = z
  .strictObject({
    maxDepth: z.number(),
    maxIterations: z.number(),
    maxSubcalls: z.number(),
    maxTokens: z.number().nullable(),
    maxCostUsd: z.number().nullable(),
    timeoutMs: z.number(),
    cellTimeoutMs: z.number(),
    concurrency: z.number(),
  })
  .readonly() satisfies z.ZodType<Limits>;

/** A question with all its choices. Unknown fields are refused. */
export const questionSchema = z.strictObject({
  question: z.string(),
  subject: questionSubject,
  /** The wanted report; null for an answer. */
  report: reportWish.nullable(),
  /** Where the report goes; null for beside the log. */
  reportFile: z.string().nullable(),
  /** For each folder of the subject, globs of what to leave out, relative to it. */
  exclude: z.array(texts).readonly(),
  model: modelChoice,
  kernel: kernelWishSchema,
  limits,
  allowSecretFiles: texts,
  /** In bytes. */
  maxFileSize: z.number(),
  /** Folder of prompts that replace Fathom's own; null means none. */
  promptsFolder: z.string().nullable(),
  /** Whether a question about a small context may go to the model directly. */
  directAnswers: z.boolean(),
  /** Folder for trajectories. */
  logFolder: z.string(),
  /** Folder for replies of sub-models that later questions may use; null for none. */
  cacheFolder: z.string().nullable(),
});

export type Question = Readonly<z.infer<typeof questionSchema>>;
/** The language models to ask. */
export type ModelChoice = z.infer<typeof modelChoice>;
/** The kernel that should run the code of models. */
export type KernelWish = z.infer<typeof kernelWishSchema>;
/** What a question is about. */
export type QuestionSubject = z.infer<typeof questionSubject>;
export type SubjectFolder = z.infer<typeof subjectFolder>;
export type SubjectSource = z.infer<typeof subjectSource>;
