import type { PlaceMark } from '../../repository/documents/placeMark';
import type { SpooledText } from '../../repository/documents/spooledText';
import type { Repository } from '../../repository/repository';
import type { About } from '../../trajectory/about';

/** What a question is about. */
export type Subject =
  | { readonly kind: 'repository'; readonly repository: Repository }
  /** `context` is a `str` for one document, a `list` of them for several. */
  | { readonly kind: 'documents'; readonly documents: readonly SubjectDocument[] };

export interface SubjectDocument {
  /** As citations name it. */
  readonly name: string;
  /** Where it is from: the path of its file, or `-` for what was piped in. Its name where that is not known. */
  readonly place?: string;
  /** A text that is too large for memory is in a file. */
  readonly text: string | SpooledText;
  /** The line of its file that the text begins with; 1 when left out. */
  readonly firstLine?: number;
  /** Where its pages or cells begin, counted in lines of the text. */
  readonly marks?: readonly PlaceMark[];
}

/** What a question is about, as the log keeps it for the questions that go on from it. */
export function aboutSubject(subject: Subject): About {
  return subject.kind === 'repository'
    ? { what: 'folders', places: subject.repository.roots.map(({ folder }) => folder) }
    : { what: 'documents', places: subject.documents.map(({ name, place = name }) => place) };
}
