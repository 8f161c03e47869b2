/** A value that was read, and where the text goes on. */
export interface LooseJson {
  readonly value: unknown;
  readonly end: number;
}

/** Nobody nests the arguments of a call as deeply as this. */
const maxDepth = 40;

/**
 * Reads JSON as models write it: with line ends in strings, Python's quotes and words, commas before a closing
 * bracket, quotes that should have been escaped, or closing brackets left out at the very end. Null when it is
 * no such value. Takes time linear in its length.
 * @param from where the value begins, or white space before it.
 */
export function readLooseJson(text: string, from: number): LooseJson | null {
  return new Reader(text, from, false).whole() ?? new Reader(text, from, true).whole();
}

class Failure extends Error {}

const space = /\s*/y;
const bareKey = /[A-Za-z_]\w*/y;
const number = /-?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /(?:true|false|null|True|False|None)\b/y;
const words: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  false: false,
  False: false,
};
/** What stands after the quote that ends a string, where quotes within strings are not escaped. */
const afterString = /\s*(?:[}\]]|,\s*["'}\]]|:|$)/y;
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '/': '/',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '\n': '',
};

class Reader {
  readonly #text: string;
  /** Whether a quote only ends a string where something follows that can come after a string. */
  readonly #unescaped: boolean;
  #at: number;

  constructor(text: string, from: number, unescaped: boolean) {
    this.#text = text;
    this.#at = from;
    this.#unescaped = unescaped;
  }

  whole(): LooseJson | null {
    try {
      const value = this.#value(0);
      return { value, end: this.#at };
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  #value(depth: number): unknown {
    if (depth > maxDepth) throw new Failure();
    const first = this.#peek();
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"' || first === "'") return this.#string(first);
    // Gemma's functions have their texts in tags.
    if (this.#text.startsWith('<escape>', this.#at)) return this.#tagged('<escape>');
    const named = this.#match(word);
    if (named !== null) return words[named] ?? null;
    const figure = this.#match(number);
    if (figure !== null) return Number(figure.replaceAll('_', ''));
    throw new Failure();
  }

  #object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.#at += 1;
    while (!this.#ends('}')) {
      const quote = this.#peek();
      const key = quote === '"' || quote === "'" ? this.#string(quote) : this.#match(bareKey);
      if (key === null || this.#peek() !== ':') throw new Failure();
      this.#at += 1;
      entries.push([key, this.#value(depth + 1)]);
      this.#comma('}');
    }
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.#at += 1;
    while (!this.#ends(']')) {
      items.push(this.#value(depth + 1));
      this.#comma(']');
    }
    return items;
  }

  /** Takes a comma, which must be there unless the list ends. */
  #comma(close: string): void {
    const next = this.#peek();
    if (next === ',') this.#at += 1;
    else if (next !== close && !this.#isCutHere()) throw new Failure();
  }

  /** True where the list ends; its bracket is taken. */
  #ends(close: string): boolean {
    if (this.#peek() === close) {
      this.#at += 1;
      return true;
    }
    return this.#isCutHere();
  }

  /** Models leave out closing brackets before the end mark of a call. */
  #isCutHere(): boolean {
    const next = this.#peek();
    return next === '' || next === '<' || next === '`';
  }

  #string(quote: string): string {
    const triple = quote.repeat(3);
    const close = this.#text.startsWith(triple, this.#at) ? triple : quote;
    this.#at += close.length;
    const pieces: string[] = [];
    for (let from = this.#at; ; ) {
      const char = this.#text.charAt(this.#at);
      if (char === '') throw new Failure();
      if (char === '\\') {
        pieces.push(this.#text.slice(from, this.#at), this.#escape());
        from = this.#at;
      } else if (this.#text.startsWith(close, this.#at) && this.#isEnd(close)) {
        pieces.push(this.#text.slice(from, this.#at));
        this.#at += close.length;
        return pieces.join('');
      } else {
        this.#at += 1;
      }
    }
  }

  #tagged(tag: string): string {
    const start = this.#at + tag.length;
    const end = this.#text.indexOf(tag, start);
    if (end < 0) throw new Failure();
    this.#at = end + tag.length;
    return this.#text.slice(start, end);
  }

  #isEnd(close: string): boolean {
    if (!this.#unescaped) return true;
    afterString.lastIndex = this.#at + close.length;
    return afterString.test(this.#text);
  }

  /** What a backslash and the next character stand for: themselves where that is unknown, as in `\d`. */
  #escape(): string {
    const char = this.#text.charAt(this.#at + 1);
    const code = /^[0-9a-fA-F]{4}$/.exec(this.#text.slice(this.#at + 2, this.#at + 6))?.[0];
    if (char === 'u' && code !== undefined) {
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    this.#at += 2;
    return escapes[char] ?? `\\${char}`;
  }

  /** The next character that is no white space; empty at the end. */
  #peek(): string {
    this.#match(space);
    return this.#text.charAt(this.#at);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }
}
