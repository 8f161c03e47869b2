import type { EngineQuestion } from '../contract/engineContract';
import { programSandbox } from '../repl/programSandbox';
import { openDocuments } from '../repository/documents/openDocuments';
import { refuseSecrets } from '../repository/documents/refuseSecrets';
import { openRepository } from '../repository/openRepository';
import type { Assets } from '../rlm/assets';
import type { Subject } from '../rlm/subject/subject';

/** What a question is about, until it is disposed. */
export interface OpenedSubject extends AsyncDisposable {
  readonly subject: Subject;
}

/** What opening a subject takes of a question. */
type AskedSubject = Pick<
  EngineQuestion,
  | 'subject'
  | 'exclude'
  | 'allowSecretFiles'
  | 'maxFileSize'
  | 'unsaved'
  | 'languageServers'
  | 'signal'
> & { readonly kernel: Pick<EngineQuestion['kernel'], 'outside'> };

const advice = 'If this one may be, add it to the setting fathom.allowSecretFiles.';

/**
 * Opens what a question is about; it is the caller's to dispose.
 * @throws {RepositoryError} when a folder can't be used.
 * @throws {DocumentError} when a document can't be read, or is a secret.
 */
export async function openSubject(question: AskedSubject, assets: Assets): Promise<OpenedSubject> {
  const { subject, signal } = question;
  const programs = { confine: programSandbox(question.kernel.outside) };
  if (subject.kind === 'documents') {
    const checked = await refuseSecrets(subject.documents, question.allowSecretFiles, () => advice);
    const opened = await openDocuments(checked, { ...assets, programs }, signal);
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
    unsaved: question.unsaved.all,
    languageServers: question.languageServers,
    programs,
  });
  return { subject: { kind: 'repository', repository }, [Symbol.asyncDispose]: async () => {} };
}
