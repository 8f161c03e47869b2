import * as z from 'zod';
import { apiWishes } from '../models/apiName';
import type { PlaceMark } from '../repository/documents/placeMark';
import type { Limits } from '../rlm/budget/limits';
import type { ReportWish } from '../rlm/report/reportWish';

// A question as data, whoever asks it: what is chosen, and nothing that is open yet.

const texts = z.array(z.string()).readonly();

/** A model is named as its endpoint knows it, or by `chatModelName` where VS Code has it. */
const modelChoice = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('offline') }),
    z.strictObject({
      kind: z.literal('named'),
      /** Of the endpoint; null is OpenAI's. */
      baseUrl: z.string().nullable(),
      model: z.string(),
      /** Null is the same as `model`. */
      subModel: z.string().nullable(),
      /** What code may name in a sub-call besides these two. */
      otherModels: texts,
      /** The API to ask them through; `auto` goes by the endpoint and the model. */
      api: z.enum(apiWishes),
      /** For the endpoint; null when it needs none, or none of the models is there. */
      apiKey: z.string().nullable(),
    }),
  ])
  .readonly();

export const kernelWishSchema = z
  .strictObject({
    kernel: z.enum(['auto', 'native', 'wasm']),
    /** `off`: a native kernel may do all that the user may. Only after a warning. */
    isolation: z.enum(['on', 'off']),
    /** Path of the interpreter that the user chose; null means the first one found. */
    pythonPath: z.string().nullable(),
    /** Interpreters to look at first when none was chosen. */
    preferredPythons: texts,
    /** The folders that are open: no program in them is started. */
    outside: texts,
    /** Folder where the result of the self-test is kept. */
    stateFolder: z.string(),
  })
  .readonly();

const placeMark = z
  .strictObject({ line: z.number(), label: z.string() })
  .readonly() satisfies z.ZodType<PlaceMark>;

/** As citations name a document: the path in the workspace. */
const name = z.string();

/** A document: a file of any format that can be read as text, a text as an editor has it, or what is piped in. */
const subjectSource = z.discriminatedUnion('from', [
  z.strictObject({ name, from: z.literal('file'), /** Absolute. */ path: z.string() }).readonly(),
  z
    .strictObject({
      name,
      from: z.literal('text'),
      text: z.string(),
      /** The line of the file that the text begins with. */
      firstLine: z.number(),
      /** Where cells of a notebook begin in the text. */
      marks: z.array(placeMark).readonly().exactOptional(),
      /** Of the file that the text is of, where there is one. */
      path: z.string().exactOptional(),
    })
    .readonly(),
  z.strictObject({ name, from: z.literal('stdin') }).readonly(),
]);

const subjectFolder = z
  .strictObject({
    /** Absolute. */
    path: z.string(),
    /** How the paths in it begin: "" or something that ends with "/". */
    prefix: z.string(),
  })
  .readonly();

const questionSubject = z.discriminatedUnion('kind', [
  /** Folders by their absolute paths, as one repository. */
  z.strictObject({ kind: z.literal('workspace'), folders: texts }).readonly(),
  /** Some folders, whose files are named as if the whole workspace were asked about. */
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

/** A question and all that its asker chose for it. What it does not name is refused, not passed over. */
export const questionSchema = z.strictObject({
  question: z.string(),
  subject: questionSubject,
  /** The report that is wanted; null for an answer. */
  report: reportWish.nullable(),
  /** Where the report goes; null for beside the log. */
  reportFile: z.string().nullable(),
  /** Globs of what is left out, for each folder of the subject and relative to it. */
  exclude: z.array(texts).readonly(),
  model: modelChoice,
  kernel: kernelWishSchema,
  limits,
  allowSecretFiles: texts,
  /** In bytes. */
  maxFileSize: z.number(),
  /** Folder of prompts that replace Fathom's own; null means none. */
  promptsFolder: z.string().nullable(),
  /** Whether a question about a small context may go straight to the model. */
  directAnswers: z.boolean(),
  /** Folder for trajectories. */
  logFolder: z.string(),
  /** Folder where replies of sub-models are kept for later questions; null for none. */
  cacheFolder: z.string().nullable(),
});

export type Question = Readonly<z.infer<typeof questionSchema>>;
/** The language models that a question is put to. */
export type ModelChoice = z.infer<typeof modelChoice>;
/** What should run the code of models. */
export type KernelWish = z.infer<typeof kernelWishSchema>;
/** What a question is about. */
export type QuestionSubject = z.infer<typeof questionSubject>;
export type SubjectFolder = z.infer<typeof subjectFolder>;
export type SubjectSource = z.infer<typeof subjectSource>;
