import type { KernelContext } from '../repl/kernel';
import { countCodePoints } from '../repository/lines';
import { printableName } from '../repository/printableName';
import type { Repository, RepositoryProfile } from '../repository/repository';
import { plural } from '../trajectory/figures';
import { kernelDocuments, lazyDocuments } from './kernelDocuments';
import type { Prompts } from './prompts';
import type { SubjectDocument } from './subject';

/** Time for a first look at a repository: the first request must not wait for more. */
const profileMs = 130;

/** What the variable `context` of one completion is. */
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

/** The context as a kernel takes it. */
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

/** What the root LM is told about `context` before its first turn. */
export async function describeContext(
  context: RlmContext,
  prompts: Prompts,
  signal: AbortSignal,
): Promise<string> {
  if (context.kind === 'value') {
    return prompts.fill('context-value', { description: context.description });
  }
  if (context.kind === 'documents') return describeDocuments(context.documents, prompts);
  const { repository } = context;
  const [overview, profile] = await Promise.all([
    repository.overview(signal),
    repository.profile(profileMs, signal),
  ]);
  const facts = describeProfile(profile);
  return prompts.fill('context-repository', { name: repository.name, overview, ...facts });
}

/** What is known of a repository as values of a prompt; "" for what is not. */
function describeProfile({
  files,
  complete,
  languages,
  folders,
  buildFiles,
  readme,
}: RepositoryProfile) {
  const share = (some: readonly { readonly name: string; readonly files: number }[]) =>
    some.map((one) => `${printableName(one.name)} ${one.files.toLocaleString('en-US')}`).join(', ');
  const counted = files.toLocaleString('en-US');
  return {
    files: complete ? counted : `more than ${counted}`,
    languages: share(languages),
    // Of a listing that was cut short, these would say where it began.
    folders: complete ? share(folders) : '',
    buildFiles: buildFiles.map(printableName).join(', '),
    readmePath: readme?.text ? printableName(readme.path) : '',
    readme: readme ? readme.text.replace(/^/gm, '> ') : '',
  };
}

function describeDocuments(documents: readonly SubjectDocument[], prompts: Prompts): string {
  const lazy = lazyDocuments(documents);
  const kind = (document: SubjectDocument) => (lazy.has(document) ? 'lazy text' : 'str');
  const [only] = documents;
  const description =
    only !== undefined && documents.length === 1
      ? `a ${kind(only)}, the text of the document ${sizeOf(only)}`
      : `a list of ${documents.length} texts\n\n${documents
          .map((one, index) => `- context[${index}], a ${kind(one)}, is ${sizeOf(one)}`)
          .join('\n')}`;
  const parts = new Set(documents.flatMap(({ marks = [] }) => marks[0]?.label.split(' ')[0] ?? []));
  const notes = [
    prompts.fill('context-value', { description }),
    ...[...parts].map((part) => prompts.fill('context-parts', { part })),
    ...(lazy.size > 0 ? [prompts.fill('context-lazy')] : []),
  ];
  return notes.join('\n\n');
}

/** Name, size and, for a part of a file, its lines. */
function sizeOf({ name, text, firstLine = 1 }: SubjectDocument): string {
  const chars = typeof text === 'string' ? countCodePoints(text) : text.chars;
  const lines = firstLine > 1 ? `, from line ${firstLine} of the file on` : '';
  return `${name}: ${plural(chars, 'character')}${lines}`;
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
