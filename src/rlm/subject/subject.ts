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
  /** Its name in citations. */
  readonly name: string;
  /** The path of its file, or `-` for standard input; missing when unknown. */
  readonly place?: string;
  /** A text too large for memory is in a file. */
  readonly text: string | SpooledText;
  /** The line of its file at which the text begins; 1 by default. */
  readonly firstLine?: number;
  /** The lines of the text at which its pages or cells begin. */
  readonly marks?: readonly PlaceMark[];
}

/** What a question is about, for the log and for questions that continue it. */
export function aboutSubject(subject: Subject): About {
  return subject.kind === 'repository'
    ? { what: 'folders', places: subject.repository.roots.map(({ folder }) => folder) }
    : { what: 'documents', places: subject.documents.map(({ name, place = name }) => place) };
}
