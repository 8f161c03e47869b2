import { plural } from '../../ground/figures';
import type { RepositoryProfile } from '../../repository/repository';
import { countCodePoints } from '../../repository/text/lines';
import { printableName } from '../../repository/text/printableName';
import type { RlmContext } from '../subject/context';
import { lazyDocuments } from '../subject/kernelDocuments';
import type { SubjectDocument } from '../subject/subject';
import type { Prompts } from './prompts';

/**
 * A repository of more files is not counted for a first look. On 2 cores, 100,000 files are listed in well under a
 * second.
 */
const mostCounted = 100_000;

/**
 * What the root LM is told about `context` before its first turn: the same for the same context, however
 * busy the machine is.
 * @param depth of the completion: a child is asked about a part, and is not told what the whole is for.
 */
export async function describeContext(
  context: RlmContext,
  depth: number,
  prompts: Prompts,
  signal: AbortSignal,
): Promise<string> {
  if (context.kind === 'value') {
    return prompts.fill('context-value', { description: context.description });
  }
  if (context.kind === 'documents') return describeDocuments(context.documents, prompts);
  const { repository } = context;
  const [overview, profile, notices] = await Promise.all([
    repository.overview(signal),
    repository.profile(mostCounted, signal),
    repository.notices(signal),
  ]);
  const facts = describeProfile(depth > 0 ? { ...profile, readme: null } : profile);
  return prompts.fill('context-repository', {
    name: repository.name,
    overview,
    notices: notices.join(' '),
    ...facts,
  });
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
    files: complete ? counted : files > 0 ? `more than ${counted}` : '',
    languages: share(languages),
    folders: share(folders),
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
