import { createHash } from 'node:crypto';

/** What a provider bills, in US dollars for a million tokens. */
export interface LedgerPrices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite?: number;
}

/** A part of a prompt, in order; a breakpoint ends what can be read from the cache. */
export interface PromptPart {
  readonly text: string;
  readonly breakpoint?: boolean;
}

/** How the input of one request is billed: the three come to all of it. */
export interface BilledInput {
  readonly fresh: number;
  readonly written: number;
  readonly read: number;
}

/** No shorter prompt is cached, by either provider. */
const leastTokens = 1_024;
/** Anthropic looks so many parts back from a breakpoint. */
const lookback = 20;
/** OpenAI's cache has steps of so many tokens. */
const step = 128;

/** A provider's books: what is in its cache, and what everything came to. */
export class CacheLedger {
  readonly #prices: LedgerPrices;
  readonly #prefixes = new Set<string>();
  readonly #prompts: string[] = [];
  #dollars = 0;
  #read = 0;
  #input = 0;

  constructor(prices: LedgerPrices) {
    this.#prices = prices;
  }

  /** All that was billed, in US dollars. */
  get dollars(): number {
    return this.#dollars;
  }

  /** Tokens that came from the cache. */
  get readTokens(): number {
    return this.#read;
  }

  /** Tokens of all prompts. */
  get inputTokens(): number {
    return this.#input;
  }

  /** What all would have cost without a cache. */
  get withoutCache(): number {
    const saved = this.#prices.input - this.#prices.cacheRead;
    return this.#dollars + (this.#read * saved) / 1e6;
  }

  /**
   * As Anthropic counts: from the longest prefix that an earlier request wrote, to the last breakpoint, which
   * is written now. Without a breakpoint nothing is looked up or written.
   */
  byBreakpoints(parts: readonly PromptPart[]): BilledInput {
    const ends = prefixesOf(parts);
    const marks = ends.flatMap(({ breakpoint }, at) => (breakpoint ? [at] : []));
    let read = 0;
    for (const mark of marks) {
      for (let at = mark; at > mark - lookback && at >= 0; at--) {
        const { digest = '', tokens = 0 } = ends[at] ?? {};
        if (this.#prefixes.has(digest)) read = Math.max(read, tokens);
      }
    }
    let cached = read;
    for (const mark of marks) {
      const { digest = '', tokens = 0 } = ends[mark] ?? {};
      if (tokens < leastTokens) continue;
      this.#prefixes.add(digest);
      cached = Math.max(cached, tokens);
    }
    const all = ends.at(-1)?.tokens ?? 0;
    return this.#billed({ read, written: cached - read, fresh: all - cached });
  }

  /** As OpenAI counts: by itself, what any earlier request began with. */
  bySteps(prompt: string): BilledInput {
    const common = Math.max(0, ...this.#prompts.map((one) => commonLength(one, prompt)));
    const tokens = Math.floor(tokensOf(common) / step) * step;
    const read = tokens < leastTokens ? 0 : tokens;
    this.#prompts.push(prompt);
    return this.#billed({ read, written: 0, fresh: tokensOf(prompt.length) - read });
  }

  /** Bills what a model said. */
  output(tokens: number): void {
    this.#dollars += (tokens * this.#prices.output) / 1e6;
  }

  #billed(billed: BilledInput): BilledInput {
    const { input, cacheRead, cacheWrite = input } = this.#prices;
    const { fresh, written, read } = billed;
    this.#dollars += (fresh * input + written * cacheWrite + read * cacheRead) / 1e6;
    this.#read += read;
    this.#input += fresh + written + read;
    return billed;
  }
}

/** The provider's tokenizer: four characters to a token. */
export function tokensOf(characters: number): number {
  return Math.ceil(characters / 4);
}

function prefixesOf(parts: readonly PromptPart[]) {
  const hash = createHash('sha256');
  let characters = 0;
  return parts.map(({ text, breakpoint = false }) => {
    hash.update(`${text.length}:${text}`);
    characters += text.length;
    return { breakpoint, tokens: tokensOf(characters), digest: hash.copy().digest('hex') };
  });
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
