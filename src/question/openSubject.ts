import type { Readable } from 'node:stream';
import { programSandbox } from '../repl/programSandbox';
import { DocumentError } from '../repository/documents/documentError';
import { type DocumentSource, openDocuments } from '../repository/documents/openDocuments';
import { refuseSecrets } from '../repository/documents/refuseSecrets';
import type { LanguageServers } from '../repository/language/languageServers';
import { openRepository } from '../repository/openRepository';
import type { Assets } from '../rlm/assets';
import type { Subject } from '../rlm/subject/subject';
import type { Question, SubjectSource } from './question';

/** The opened subject of a question, until it is disposed. */
export interface OpenedSubject extends AsyncDisposable {
  readonly subject: Subject;
}

/** What a program passes to open a subject. */
export interface SubjectAccess {
  readonly assets: Assets;
  /** A sentence that says how to ask about a secret file on purpose. */
  readonly secretAdvice: (source: DocumentSource) => string;
  /** Missing where a program has none. */
  readonly stdin?: () => Readable;
  /** Texts of editors that differ from the disk, by absolute path. */
  readonly unsaved?: () => ReadonlyMap<string, string>;
  /** The editor's, where there is one. */
  readonly languageServers?: LanguageServers;
  readonly signal: AbortSignal;
}

/** The part of a question that opens its subject. */
type AskedSubject = Pick<Question, 'subject' | 'exclude' | 'allowSecretFiles' | 'maxFileSize'> & {
  readonly kernel: Pick<Question['kernel'], 'outside'>;
};

/**
 * Opens the subject of a question. The caller disposes the result.
 * @throws {RepositoryError} when a folder can't be used.
 * @throws {DocumentError} when a document can't be read, or is secret.
 */
export async function openSubject(
  { subject, exclude, allowSecretFiles, maxFileSize, kernel }: AskedSubject,
  access: SubjectAccess,
): Promise<OpenedSubject> {
  const { assets, unsaved, languageServers, signal } = access;
  const programs = { confine: programSandbox(kernel.outside) };
  if (subject.kind === 'documents') {
    const sources = subject.documents.map((source) => withStream(source, access));
    const checked = await refuseSecrets(sources, allowSecretFiles, access.secretAdvice);
    const opened = await openDocuments(checked, { ...assets, programs }, signal);
    const { documents } = opened;
    return {
      subject: { kind: 'documents', documents },
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  }
  const folders = subject.folders.map((folder, index) => ({
    ...(typeof folder === 'string' ? { path: folder } : folder),
    exclude: exclude[index] ?? [],
  }));
  const repository = await openRepository(folders, {
    ripgrep: assets.ripgrep,
    programs,
    allowSecrets: allowSecretFiles,
    maxFileSize,
    ...(unsaved ? { unsaved } : {}),
    ...(languageServers ? { languageServers } : {}),
  });
  return { subject: { kind: 'repository', repository }, [Symbol.asyncDispose]: async () => {} };
}

function withStream(source: SubjectSource, { stdin }: SubjectAccess): DocumentSource {
  if (source.from !== 'stdin') return source;
  const { name } = source;
  if (stdin) return { name, from: 'stream', stream: stdin() };
  throw new DocumentError(`There is no standard input to read ${name} from.`);
}
