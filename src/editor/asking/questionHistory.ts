import type { Memento } from 'vscode';

/** How many questions are remembered per workspace. */
export const rememberedQuestions = 20;
const stateKey = 'fathom.questions';

/** The questions asked in this workspace, most recent first, each once. */
export class QuestionHistory {
  readonly #state: Memento;

  constructor(workspaceState: Memento) {
    this.#state = workspaceState;
  }

  questions(): readonly string[] {
    const stored: unknown = this.#state.get(stateKey);
    return Array.isArray(stored) ? stored.filter((item) => typeof item === 'string') : [];
  }

  async add(question: string): Promise<void> {
    const others = this.questions().filter((other) => other !== question);
    await this.#state.update(stateKey, [question, ...others].slice(0, rememberedQuestions));
  }
}
