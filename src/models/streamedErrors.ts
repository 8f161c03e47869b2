import type { ModelErrorKind } from './languageModel';

/**
 * What can be done about an error that came in the middle of a reply, with status 200, by its code or type.
 * Sources: the API references of Anthropic (`error.type`) and of OpenAI's Responses (`error.code`).
 */
const kinds: Readonly<Record<string, ModelErrorKind>> = {
  invalid_request_error: 'bad-request',
  invalid_prompt: 'bad-request',
  bio_policy: 'content-filter',
  misalignment_policy_violation: 'content-filter',
  authentication_error: 'authentication',
  permission_error: 'authentication',
  not_found_error: 'not-found',
  rate_limit_error: 'rate-limit',
  rate_limit_exceeded: 'rate-limit',
};

/** `server` for what is not known by any of the two: it may pass. */
export function streamedErrorKind(code: string, type: string): ModelErrorKind {
  for (const word of [code, type]) if (Object.hasOwn(kinds, word)) return kinds[word] ?? 'server';
  return 'server';
}
