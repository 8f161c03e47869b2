import * as z from 'zod';
import { questionSchema } from '../question/question';

/** A question as the editor sends it to the engine. The engine gets nothing else. */
export const engineQuestionSchema = questionSchema.extend({
  /** Path of the log of the run whose conversation continues; null for a new one. */
  followUp: z.string().nullable(),
  /** True to finish that run's own question instead of asking another one. */
  resume: z.boolean(),
});

export type EngineQuestion = Readonly<z.infer<typeof engineQuestionSchema>>;
