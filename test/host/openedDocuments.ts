import { join } from 'node:path';
import {
  type DocumentSource,
  type OpenedDocument,
  openDocuments,
} from '../../src/repository/documents/openDocuments';
import { bundledAssets } from '../../src/rlm/assets';
import type { Subject } from '../../src/rlm/subject/subject';
import { projectFolder } from './folders';

/** Documents as what a question is about, until they are disposed. */
export interface DocumentsSubject extends AsyncDisposable {
  readonly documents: readonly OpenedDocument[];
  readonly subject: Subject;
}

/** Reads files as documents, with the reading thread of the build. */
export async function documentsSubject(
  ...sources: readonly DocumentSource[]
): Promise<DocumentsSubject> {
  const assets = bundledAssets(join(projectFolder, 'dist'));
  const opened = await openDocuments(sources, assets, new AbortController().signal);
  return {
    documents: opened.documents,
    subject: { kind: 'documents', documents: opened.documents },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
