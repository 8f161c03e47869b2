import type { Asker, EngineQuestion } from '../contract/engineContract';
import { openDocuments } from '../repository/documents/openDocuments';
import { refuseSecrets } from '../repository/documents/refuseSecrets';
import { openRepository } from '../repository/openRepository';
import type { Assets } from '../rlm/assets';
import type { Subject } from '../rlm/request';

/** What a question is about, until it is disposed. */
export interface OpenedSubject extends AsyncDisposable {
  readonly subject: Subject;
}

/** What opening a subject takes of a question. */
type AskedSubject = Pick<
  EngineQuestion,
  'subject' | 'exclude' | 'allowSecretFiles' | 'maxFileSize'
>;

/** And of whoever asks it. */
type SubjectAsker = Pick<Asker, 'unsaved' | 'languageServers' | 'signal'>;

const advice = 'If this one may be, add it to the setting fathom.allowSecretFiles.';

/**
 * Opens what a question is about; it is the caller's to dispose.
 * @throws {RepositoryError} when a folder can't be used.
 * @throws {DocumentError} when a document can't be read, or is a secret.
 */
export async function openSubject(
  question: AskedSubject,
  { unsaved, languageServers, signal }: SubjectAsker,
  assets: Assets,
): Promise<OpenedSubject> {
  const { subject } = question;
  if (subject.kind === 'documents') {
    await refuseSecrets(subject.documents, question.allowSecretFiles, () => advice);
    const opened = await openDocuments(subject.documents, assets, signal);
    const { documents } = opened;
    return {
      subject: { kind: 'documents', documents },
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  }
  const folders = subject.folders.map((folder, index) => ({
    ...(typeof folder === 'string' ? { path: folder } : folder),
    exclude: question.exclude[index] ?? [],
  }));
  const repository = await openRepository(folders, {
    ripgrep: assets.ripgrep,
    allowSecrets: question.allowSecretFiles,
    maxFileSize: question.maxFileSize,
    unsaved: unsaved.all,
    languageServers,
  });
  return { subject: { kind: 'repository', repository }, [Symbol.asyncDispose]: async () => {} };
}
