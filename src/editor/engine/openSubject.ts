import { DocumentError } from '../../repository/documents/documentError';
import { openDocuments } from '../../repository/documents/openDocuments';
import { openRepository } from '../../repository/openRepository';
import { secretPolicy } from '../../repository/secretFiles';
import type { Assets } from '../../rlm/assets';
import type { Subject } from '../../rlm/request';
import type { EngineQuestion } from './engineContract';

/** What a question is about, until it is disposed. */
export interface OpenedSubject extends AsyncDisposable {
  readonly subject: Subject;
}

/**
 * Opens what a question is about; it is the caller's to dispose.
 * @throws {RepositoryError} when a folder can't be used.
 * @throws {DocumentError} when a document can't be read, or is a secret.
 */
export async function openSubject(
  question: EngineQuestion,
  assets: Assets,
): Promise<OpenedSubject> {
  const { subject, signal } = question;
  if (subject.kind === 'documents') {
    refuseSecrets(question);
    const opened = await openDocuments(subject.documents, assets, signal);
    const { documents } = opened;
    return {
      subject: { kind: 'documents', documents },
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  }
  const repository = await openRepository(subject.folders, {
    ripgrep: assets.ripgrep,
    exclude: question.exclude,
    allowSecrets: question.allowSecretFiles,
    maxFileSize: question.maxFileSize,
    unsaved: question.unsaved.all,
    languageServers: question.languageServers,
  });
  return { subject: { kind: 'repository', repository }, [Symbol.asyncDispose]: async () => {} };
}

/** A click on the wrong file must not send a key to a model. */
function refuseSecrets({ subject, allowSecretFiles }: EngineQuestion): void {
  if (subject.kind !== 'documents') return;
  const secretKind = secretPolicy(allowSecretFiles);
  for (const { name } of subject.documents) {
    const kind = secretKind(name.replaceAll('\\', '/'));
    if (kind === null) continue;
    throw new DocumentError(
      `${name} looks like ${kind}, and secret files are not sent to models. If this one may be, add it to the setting fathom.allowSecretFiles.`,
    );
  }
}
