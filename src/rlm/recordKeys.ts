import { createHash } from 'node:crypto';
import type { LanguageModel } from '../models/languageModel';
import type { HostCall } from '../repl/hostCall';
import type { Query } from './completion';

/** Identifies what a model is asked, without saying it. */
export function askedKey(model: LanguageModel, ...texts: readonly string[]): string {
  return digest([model.name, ...texts]);
}

/** The same for what a child RLM is asked. */
export function childKey({ model, question, context }: Query): string {
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
