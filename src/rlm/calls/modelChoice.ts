import type { LanguageModel } from '../../models/languageModel';
import { HostCallError } from '../../repl/hostCall';
import type { Prompts } from '../prompts/prompts';

/**
 * Which language model speaks where: `root` at depth 0; `sub` in sub-calls at any depth and as the root of
 * child RLMs, unless the code that asks names another of those that are allowed.
 */
export class ModelChoice {
  readonly root: LanguageModel;
  readonly sub: LanguageModel;
  readonly #others: number;
  readonly #allowed: ReadonlyMap<string, LanguageModel>;

  /** @param others models that code may name in a call besides root and sub. */
  constructor(root: LanguageModel, sub: LanguageModel, others: readonly LanguageModel[] = []) {
    this.root = root;
    this.sub = sub;
    this.#others = others.length;
    this.#allowed = new Map([root, ...others, sub].map((model) => [model.name, model]));
  }

  /** What a root LM is told before its first turn; "" where it has nothing to choose from. */
  describe(prompts: Prompts): string {
    const names = [...this.#allowed.values()].map((model) => `${model.name}${priceOf(model)}`);
    if (this.#others === 0) return '';
    return prompts.fill('models', { models: names.join(', '), sub: this.sub.name });
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
    throw new HostCallError(
      'ValueError',
      `There is no model "${name}" here. Use one of: ${names}; or leave model out for ${this.sub.name}.`,
    );
  }
}

/** Looked up for few tokens: where a price has tiers, sub-calls are in the first. */
function priceOf(model: LanguageModel): string {
  const perMillion = (input: number, output: number) => {
    const price = model.price(input, output);
    return price === null ? null : Number((price * 1_000).toPrecision(3));
  };
  const [input, output] = [perMillion(1_000, 0), perMillion(0, 1_000)];
  if (input === null || output === null) return '';
  return ` ($${input} in, $${output} out per million tokens)`;
}
