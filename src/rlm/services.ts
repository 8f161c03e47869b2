import type { LanguageModel } from '../models/languageModel';
import type { KernelFactory } from '../repl/kernel';
import type { Coverage } from './coverage';
import type { Budget } from './budget';
import type { LimitReachedError } from './limits';
import type { ModelCalls } from './modelCalls';
import type { Prompts } from './prompts';
import type { Limits, Subject } from './request';

/** What all completions of one run share, at every depth. */
export interface RunServices {
  readonly subject: Subject;
  readonly model: LanguageModel;
  readonly subModel: LanguageModel;
  readonly kernels: KernelFactory;
  readonly prompts: Prompts;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly calls: ModelCalls;
  readonly coverage: Coverage;
  readonly limitReached: LimitFlag;
}

/** Remembers the first limit that a run reached; aborts what is running then. */
export class LimitFlag {
  readonly #controller = new AbortController();
  #error: LimitReachedError | null = null;

  /** Aborts when a limit is reached. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get error(): LimitReachedError | null {
    return this.#error;
  }

  raise(error: LimitReachedError): void {
    this.#error ??= error;
    this.#controller.abort(this.#error);
  }
}
