import type { Endpoint } from './endpoint';

/** The APIs that Fathom speaks. */
export const apiNames = ['chat-completions', 'responses', 'messages'] as const;
export type ApiName = (typeof apiNames)[number];

/** What the user may say of it; `auto` goes by the endpoint and the model. */
export const apiWishes = ['auto', ...apiNames] as const;
export type ApiWish = (typeof apiWishes)[number];

/** OpenAI's models from before those that reason, which chat completions are best tried with. */
const olderOpenAiModel =
  /^(?:ft:)?(?:gpt-3|gpt-4|chatgpt-4|o1-mini|o1-preview|ada|babbage|curie|davinci|text-)/;

/**
 * The API that a model is asked through. A provider's own is only known to be better at the provider itself;
 * all others speak chat completions as well as they can.
 */
export function apiOf(wish: ApiWish, endpoint: Endpoint, model: string): ApiName {
  if (wish !== 'auto') return wish;
  if (endpoint.anthropic) return 'messages';
  return endpoint.openAi && !olderOpenAiModel.test(model) ? 'responses' : 'chat-completions';
}
