import { plural } from '../ground/figures';
import type { Ending } from './completion/completion';
import type { Coverage } from './coverage/coverage';
import type { RunRequest } from './request';

/** An answer that the model gave as text, in place of submitting one, and below it what it did before. */
export function withTextNote(
  answer: string,
  { turnsWithCode }: Extract<Ending, { kind: 'text' }>,
  { hasLooked }: Pick<Coverage, 'hasLooked'>,
  { subject }: Pick<RunRequest, 'subject'>,
): string {
  return `${answer}\n\n> ${note(turnsWithCode, hasLooked, subject.kind === 'repository')}`;
}

function note(turnsWithCode: number, hasLooked: boolean, isRepository: boolean): string {
  if (turnsWithCode === 0) {
    return 'The model answered without looking at the context through code, also when it was asked to. Nothing in this answer was checked by reading.';
  }
  const before = `The model gave this answer as text, in place of submitting it by code. Code that it wrote before ran in ${plural(turnsWithCode, 'turn')}`;
  if (hasLooked) return `${before} and looked at the context.`;
  // Of documents that a kernel holds, code can read all without asking for it.
  if (!isRepository) return `${before}.`;
  return `${before}, but never looked at the context. Nothing in this answer was checked by reading.`;
}
