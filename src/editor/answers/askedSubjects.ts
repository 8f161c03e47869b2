import type { Memento } from 'vscode';
import type { QuestionSubject } from '../../question/question';

const key = 'fathom.askedSubjects';
/** Runs whose subject is known. */
const mostRuns = 50;
/** A selection or unsaved text of more characters is not kept: a follow-up on it can't be asked. */
const mostChars = 1_000_000;

interface AskedSubject {
  readonly run: string;
  /** Null for one that was too large to keep. */
  readonly subject: QuestionSubject | null;
}

/** What the last questions were about, so that a follow-up is about the same; of this workspace. */
export class AskedSubjects {
  readonly #memory: Memento;

  constructor(memory: Memento) {
    this.#memory = memory;
  }

  async remember(run: string, subject: QuestionSubject): Promise<void> {
    // What is not kept is about the open folders.
    if (subject.kind === 'workspace') return;
    const kept = JSON.stringify(subject).length <= mostChars ? subject : null;
    const others = this.#all().filter((one) => one.run !== run);
    await this.#memory.update(key, [{ run, subject: kept }, ...others].slice(0, mostRuns));
  }

  /** What a run was about; null when that was too large to keep, undefined for the open folders. */
  of(run: string): QuestionSubject | null | undefined {
    return this.#all().find((one) => one.run === run)?.subject;
  }

  #all(): readonly AskedSubject[] {
    return this.#memory.get<readonly AskedSubject[]>(key, []);
  }
}
