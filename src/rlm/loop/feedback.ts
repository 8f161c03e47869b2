import type { CellResult, VariableSummary } from '../../repl/kernel';
import type { Conversation } from '../calls/conversation';
import type { RunServices } from '../completion/services';
import type { Repl } from './repl';
import type { TurnResult } from './turn';

/**
 * Tells the model what its turn came to.
 * @param objection what is said in place of accepting an answer that the turn gave
 */
export async function tellResult(
  result: TurnResult,
  objection: string | null,
  conversation: Conversation,
  repl: Repl,
  { prompts }: RunServices,
): Promise<void> {
  if (result.kind !== 'ran') {
    conversation.tell(objection ?? prompts.fill(result.kind));
    return;
  }
  const { last, output, changed, skipped, inventedFrom, restCut } = result;
  const isInvented = inventedFrom !== null;
  const variables = listVariables(last.variables, changed);
  const shown = { output: output || '(no output)', variables };
  if (last.answer !== null && objection !== null) {
    conversation.tell(objection);
    if (isInvented) conversation.tell(prompts.fill('invented'));
    await repl.holdBack(last.answer);
    return;
  }
  conversation.tell(prompts.fill('output', shown));
  if (isInvented) conversation.tell(prompts.fill('invented'));
  if (restCut) conversation.tell(prompts.fill('rest-cut'));
  if (skipped > 0) conversation.tell(prompts.fill('not-run', { count: skipped }));
  if (last.status === 'lost') await tellOfRestart(last, conversation, repl, prompts);
}

async function tellOfRestart(
  { error }: CellResult,
  conversation: Conversation,
  repl: Repl,
  prompts: RunServices['prompts'],
): Promise<void> {
  await repl.restart();
  conversation.tell(prompts.fill('kernel-lost', { reason: error?.message ?? 'it died.' }));
}

/** Names, types and sizes of the variables that are new or changed, on one line, and how many others there are. */
export function listVariables(
  variables: readonly VariableSummary[],
  changed: ReadonlySet<string>,
): string {
  if (variables.length === 0) return '(none)';
  const news = variables.filter(({ name }) => changed.has(name));
  const others = variables.length - news.length;
  const list = news
    .map(({ name, type, length }) => `${name}: ${type}${length === null ? '' : `[${length}]`}`)
    .join(', ');
  if (others === 0) return list;
  return list === '' ? `(${others} as before)` : `${list} (and ${others} as before)`;
}
