import { createHash } from 'node:crypto';
import type { LanguageModel } from '../../models/languageModel';
import type { HostCall } from '../../repl/hostCall';
import type { RlmContext } from '../subject/context';

/** Identifies what a model is asked, without saying it. */
export function askedKey(model: LanguageModel, ...texts: readonly string[]): string {
  return digest([model.name, ...texts]);
}

/** What a child RLM is asked, and about what. */
interface AskedChild {
  readonly model: LanguageModel;
  readonly question: string;
  readonly context: RlmContext;
}

/** The same for a child RLM. */
export function childKey({ model, question, context }: AskedChild): string {
  return askedKey(model, question, context.kind === 'value' ? context.json : '');
}

/** Identifies a request of the REPL's code. */
export function hostKey({ method, args, body }: HostCall): string {
  return digest([method, JSON.stringify(args), body]);
}

function digest(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('base64url').slice(0, 24);
}
