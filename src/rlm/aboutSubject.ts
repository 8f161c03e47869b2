import type { About } from '../trajectory/about';
import type { Subject } from './subject';

/** What a question is about, as the log keeps it for the questions that go on from it. */
export function aboutSubject(subject: Subject): About {
  return subject.kind === 'repository'
    ? { what: 'folders', places: subject.repository.roots.map(({ folder }) => folder) }
    : { what: 'documents', places: subject.documents.map(({ name, place = name }) => place) };
}
