import { plural } from '../../ground/figures';
import type { KernelContext } from '../../repl/kernel';
import type { Repository } from '../../repository/repository';
import { kernelDocuments } from './kernelDocuments';
import type { SubjectDocument } from './subject';

/** The variable `context` of a completion. */
export type RlmContext =
  | { readonly kind: 'repository'; readonly repository: Repository }
  /** A `str` or lazy text for one document, a list of them for several. */
  | { readonly kind: 'documents'; readonly documents: readonly SubjectDocument[] }
  | {
      readonly kind: 'value';
      /** The value as JSON text. */
      readonly json: string;
      /** Its type and size, for the first prompt. */
      readonly description: string;
    };

/** A value that a parent passes to a child. @throws {SyntaxError} when `json` is not JSON. */
export function valueContext(json: string): RlmContext {
  return { kind: 'value', json, description: describeValue(JSON.parse(json)) };
}

/** The context in the form that a kernel takes. */
export function kernelContext(context: RlmContext): KernelContext {
  switch (context.kind) {
    case 'repository': {
      const { name, maxFileSize } = context.repository;
      return { kind: 'repository', name, maxFileSize };
    }
    case 'documents':
      return { kind: 'documents', documents: kernelDocuments(context.documents) };
    case 'value':
      return { kind: 'value', json: context.json };
  }
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return `a str of ${plural(value.length, 'character')}`;
  if (Array.isArray(value)) return `a list of ${plural(value.length, 'item')}`;
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    const shown = keys.slice(0, 20).map((key) => JSON.stringify(key.slice(0, 60)));
    return `a dict of ${plural(keys.length, 'key')}: ${shown.join(', ')}${keys.length > 20 ? ', …' : ''}`;
  }
  return `the value ${JSON.stringify(value)}`;
}
