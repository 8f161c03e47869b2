import { examples } from './corpus/examples';
import { fences } from './corpus/fences';
import { inventions } from './corpus/inventions';
import { submissions } from './corpus/submissions';
import { toolCalls } from './corpus/toolCalls';

/** Replies in the manners of all models, by manner. */
export const corpus = { fences, toolCalls, submissions, inventions, examples } as const;
