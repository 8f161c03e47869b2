/** One reply of a root LM, and what it means. */
export interface CorpusReply {
  readonly name: string;
  readonly reply: string;
  /** The cells that run, in order; white space at their ends does not matter. */
  readonly cells: readonly string[];
  /** What is submitted; null or left out for nothing. */
  readonly answer?: string;
  /** True when it goes on with output that the model made up. */
  readonly invented?: boolean;
}

/** A fence, as the prompt asks for it. */
export const fence = (code: string, label = 'repl') => `\`\`\`${label}\n${code}\n\`\`\``;
