import type { LanguageModel } from '../models/languageModel';
import { HostCallError } from '../repl/hostCall';

/** Which language model speaks where. */
export class ModelChoice {
  readonly root: LanguageModel;
  readonly sub: LanguageModel;
  readonly #allowed: ReadonlyMap<string, LanguageModel>;

  /** @param others models that code may name in a call besides root and sub. */
  constructor(root: LanguageModel, sub: LanguageModel, others: readonly LanguageModel[] = []) {
    this.root = root;
    this.sub = sub;
    this.#allowed = new Map([root, ...others, sub].map((model) => [model.name, model]));
  }

  /**
   * The model of a sub-call or a child RLM.
   * @throws {HostCallError} a ValueError when code names a model that is not allowed.
   */
  named(name: string | null): LanguageModel {
    if (name === null) return this.sub;
    const model = this.#allowed.get(name);
    if (model) return model;
    const names = [...this.#allowed.keys()].join(', ');
    throw new HostCallError('ValueError', `There is no model "${name}" here. Use: ${names}.`);
  }
}
