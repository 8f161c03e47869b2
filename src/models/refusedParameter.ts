import type { APIError } from 'openai';

/** All that a server said of why it refuses a request. */
export function wordsOf(refusal: APIError): string {
  return `${refusal.message} ${refusal.param ?? ''} ${jsonOf(refusal.error)}`;
}

/** Empty for what can't be written out: it is nested too deeply. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value ?? '');
  } catch {
    return '';
  }
}

/**
 * The limit that a refusal names for the tokens of output, when less than what was asked for: "max_tokens
 * is too large: 9000. This model supports at most 4096 completion tokens", Anthropic's "max_tokens: 9000 > 4096,
 * which is the maximum allowed number of output tokens", and the like.
 */
export function outputLimitIn(words: string, asked: number): number | null {
  if (!/max_(?:completion_|output_)?tokens/.test(words)) return null;
  const named =
    /> (\d+), which is the maximum|(?:at most|maximum(?: allowed)?(?: value)?(?: of| is)?|less than or equal to|<=)\D{0,20}(\d+)/i;
  const found = named.exec(words);
  const limit = Number(found?.[1] ?? found?.[2] ?? Number.NaN);
  return limit > 0 && limit < asked ? limit : null;
}
