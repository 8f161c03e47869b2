import { fileSizeText } from '../../repository/text/maxFileSize';
import type { Limits } from '../budget/limits';
import type { RlmContext } from '../subject/context';
import type { Prompts } from './prompts';

/** How many characters a sub-call can handle well (from the official code). */
const subcallChars = '100,000';

/** The system prompt of a root LM: what it can call, and how to answer. */
export function systemPrompt(
  { context, depth }: { readonly context: RlmContext; readonly depth: number },
  { prompts, limits }: { readonly prompts: Prompts; readonly limits: Limits },
): string {
  const recursion = prompts.fill(depth + 1 < limits.maxDepth ? 'recursion' : 'no-recursion');
  return prompts.fill('system', {
    subcallChars,
    subcalls: limits.maxSubcalls.toLocaleString('en-US'),
    ...functionsFor(context, recursion, prompts),
    answerRules: prompts.fill('answer-rules'),
    role: depth > 0 ? prompts.fill('child') : '',
  });
}

/** The functions for a kind of context, with examples. */
function functionsFor(context: RlmContext, recursion: string, prompts: Prompts) {
  const common = prompts.fill('functions-common');
  if (context.kind !== 'repository') {
    return {
      functions: prompts.fill('functions-value', { recursion, common }),
      examples: prompts.fill('examples-value'),
    };
  }
  const { language, maxFileSize } = context.repository;
  return {
    functions: prompts.fill('functions-repository', {
      maxFileSize: fileSizeText(maxFileSize),
      recursion,
      common,
      // Only in an editor.
      editor: language ? prompts.fill('functions-editor') : '',
    }),
    examples: prompts.fill('examples-repository'),
  };
}
