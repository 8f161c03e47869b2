import type { Memento } from 'vscode';
import type { QuestionSubject } from '../../question/question';

const key = 'fathom.askedSubjects';
/** How many runs' subjects are kept. */
const mostRuns = 50;
/** Longer selections and unsaved texts are not kept, so they can't be followed up. */
const mostChars = 1_000_000;

interface AskedSubject {
  readonly run: string;
  /** Null if it was too large to keep. */
  readonly subject: QuestionSubject | null;
}

/** The subjects of this workspace's last questions, for follow-ups. */
export class AskedSubjects {
  readonly #memory: Memento;

  constructor(memory: Memento) {
    this.#memory = memory;
  }

  async remember(run: string, subject: QuestionSubject): Promise<void> {
    // A run without an entry was about the open folders.
    if (subject.kind === 'workspace') return;
    const kept = JSON.stringify(subject).length <= mostChars ? subject : null;
    const others = this.#all().filter((one) => one.run !== run);
    await this.#memory.update(key, [{ run, subject: kept }, ...others].slice(0, mostRuns));
  }

  /** What a run was about; null if that was too large to keep, undefined for the open folders. */
  of(run: string): QuestionSubject | null | undefined {
    return this.#all().find((one) => one.run === run)?.subject;
  }

  #all(): readonly AskedSubject[] {
    return this.#memory.get<readonly AskedSubject[]>(key, []);
  }
}
