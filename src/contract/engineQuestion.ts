import * as z from 'zod';
import { questionSchema } from '../question/question';

/** A question as the editor puts it to the engine. What the engine is not told of here it does not get. */
export const engineQuestionSchema = questionSchema.extend({
  /** Path of the log of the run whose conversation goes on; null begins one. */
  followUp: z.string().nullable(),
  /** True to do that run's own question to its end, instead of asking another after it. */
  resume: z.boolean(),
});

export type EngineQuestion = Readonly<z.infer<typeof engineQuestionSchema>>;
