import type { Message } from './languageModel';

/**
 * The same conversation for a model that takes no system messages: what they say begins the first message
 * of the user.
 */
export function withoutSystemRole(messages: readonly Message[]): readonly Message[] {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const spoken = messages.filter(({ role }) => role !== 'system');
  if (system.length === 0) return messages;
  const [first, ...rest] = spoken;
  if (first?.role !== 'user') return [{ role: 'user', content: system.join('\n\n') }, ...spoken];
  return [{ role: 'user', content: [...system, first.content].join('\n\n') }, ...rest];
}

/** How servers, and the chat templates of models, refuse a system message. Beside each, whose words they are. */
const wordings: readonly RegExp[] = [
  // OpenAI of o1-mini, Azure: "'messages[0].role' does not support 'system' with this model."
  /does(?: not|n't) support .{0,20}\b(?:system|developer)\b/i,
  // Gemma's template, in vLLM, SGLang, TGI, llama.cpp: "System role not supported".
  /\b(?:system|developer)\b.{0,30}(?:not supported|unsupported|not allowed|not enabled)/i,
  // Google, of Gemma: "Developer instruction is not enabled for models/gemma-3-27b-it"; covered above.
  // Bedrock: "This model doesn't support system messages."; covered above.
  // Pydantic, TypeBox and others: "Unexpected role 'system'", "invalid role: system", "unknown role system".
  /(?:unexpected|invalid|unknown|unsupported) (?:value for )?(?:message )?role.{0,20}\bsystem\b/i,
  // Mistral's and Llama's templates: "Conversation roles must alternate user/assistant/user/assistant/...",
  // LM Studio: "Only user and assistant roles are supported!"
  /roles must alternate/i,
  /only (?:the )?user and assistant roles/i,
  // Baidu, MiniMax and others: "the role of the first message must be user".
  /(?:role of (?:the )?first message|first message(?:'s)? role|first message) (?:must|should|has to) be .{0,20}user/i,
];

/** True when a server's words are about the role of a system message. */
export function isAboutSystemRole(said: string): boolean {
  return wordings.some((words) => words.test(said));
}
