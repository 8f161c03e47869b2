import { countTokens } from '../models/tokenCount';
import { type Repository, RepositoryError } from '../repository/repository';
import type { Coverage } from './coverage/coverage';
import type { Subject, SubjectDocument } from './subject/subject';

/** A context of fewer tokens needs no recursion: it goes to the model directly, with the question. */
const mostTokens = 4_000;
/** More UTF-16 units are certainly more tokens: on average, text has at most 5 per token. */
const mostChars = 5 * mostTokens;
/** Fewer bytes are certainly fewer tokens: at least 2 per token. In between, tokens are counted. */
const surelySmallBytes = 2 * mostTokens;
/** A repository with more files is worth exploring. */
const mostFiles = 40;

/** A text of a small context. */
export interface SmallText {
  readonly name: string;
  readonly text: string;
  /** The line of its file at which it begins; 1 by default. */
  readonly firstLine?: number;
}

/** All texts of the subject if they are small together; null if they are not, or there are none. */
export async function smallContext(
  subject: Subject,
  coverage: Coverage,
  signal: AbortSignal,
): Promise<readonly SmallText[] | null> {
  const texts =
    subject.kind === 'documents'
      ? smallDocuments(subject.documents)
      : await smallRepository(subject.repository, coverage, signal);
  if (texts === null || texts.every(({ text }) => text.trim() === '')) return null;
  const all = texts.map(({ text }) => text).join('\n');
  if (Buffer.byteLength(all) <= surelySmallBytes) return texts;
  return (await countTokens(all)) <= mostTokens ? texts : null;
}

function smallDocuments(documents: readonly SubjectDocument[]): readonly SmallText[] | null {
  const texts: SmallText[] = [];
  let chars = 0;
  for (const { name, text, firstLine = 1 } of documents) {
    if (typeof text !== 'string') return null;
    chars += text.length;
    texts.push({ name, text, firstLine });
  }
  return texts.length <= mostFiles && chars <= mostChars ? texts : null;
}

async function smallRepository(
  repository: Repository,
  coverage: Coverage,
  signal: AbortSignal,
): Promise<readonly SmallText[] | null> {
  const files = await repository.fewFiles(mostFiles, signal);
  // A character has up to 4 bytes.
  const bytes = files?.reduce((sum, { size }) => sum + size, 0) ?? Number.POSITIVE_INFINITY;
  if (files === null || bytes > 4 * mostChars) return null;
  coverage.listed(files.map(({ path }) => path));
  const texts: SmallText[] = [];
  let chars = 0;
  for (const { path } of files) {
    try {
      const file = await repository.read(path, 1, null, signal);
      chars += file.text.length;
      if (chars > mostChars) return null;
      coverage.read(file);
      texts.push({ name: file.path, text: file.text });
    } catch (error) {
      if (!(error instanceof RepositoryError)) throw error;
      // A picture or the like; its name may still tell the model something.
      if (error.kind !== 'binary') return null;
      texts.push({ name: path, text: '' });
    }
  }
  return texts;
}
