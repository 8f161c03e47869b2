/**
 * How servers say that a request is longer than a model can read, whatever status they say it with. Beside
 * each, whose words they are: an API reference, or the source of a server.
 */
const wordings: readonly RegExp[] = [
  // OpenAI, Azure, DeepSeek, OpenRouter, vLLM: "This model's maximum context length is 8192 tokens."
  /maximum context length/i,
  // OpenAI's Responses, MiniMax, Anthropic: "Your input exceeds the context window of this model."
  /exceeds? (?:the )?context (?:window|limit)|context window exceeds/i,
  // Anthropic: "prompt is too long: 210000 tokens > 200000 maximum". Fireworks has the same words.
  /prompt is too (?:long|large)|prompt too long/i,
  // Google: "The input token count (40000) exceeds the maximum number of tokens allowed (32768)."
  /token count .{0,40}exceeds/i,
  // GitHub Copilot: "prompt token count of 90000 exceeds the limit of 64000"; covered above. xAI:
  // "This model's maximum prompt length is 131072 but the request contains 200000 tokens."
  /maximum prompt length|prompt length .{0,40}exceeds/i,
  // Amazon Bedrock: "Input is too long for requested model.", "Too many input tokens".
  /input is too long|too many (?:input |prompt )?tokens/i,
  // Databricks: "Input token length exceeded"; Ollama: "the input length exceeds the context length".
  /input (?:token )?length .{0,20}exceed/i,
  // Mistral: "Prompt contains 40000 tokens ... too large for model with 32768 maximum context length".
  /prompt contains \d+ tokens/i,
  // vLLM: "Please reduce the length of the messages"; Groq has the same words.
  /reduce the length/i,
  // vLLM: "The decoder prompt (length 9000) is longer than the maximum model length of 8192."
  /longer than the (?:maximum model|model's (?:maximum )?context) length|max_model_len/i,
  // SGLang: "The input (9000 tokens) is longer than the model's context length (8192 tokens)."; covered above.
  // llama.cpp: "the request exceeds the available context size (4096 tokens)".
  /(?:available|maximum|exceed\w*) .{0,20}context size|context size (?:exceeded|has been exceeded)/i,
  // LM Studio: "The number of tokens to keep from the initial prompt is greater than the context length",
  // "Trying to keep the first 9000 tokens when context the overflows."
  /(?:greater|longer) than the context length|context (?:the )?overflows|context overflow/i,
  // Ollama: "exceeded max context length by 900 tokens"; others: "context length exceeded".
  /max(?:imum)? context length|context (?:length|window)(?: of .{0,20})? (?:is |was |has been )?exceeded/i,
  // Text Generation Inference: "`inputs` tokens + `max_new_tokens` must be <= 4096".
  /inputs?`? (?:tokens \+|must have less than)/i,
  // Moonshot: "Your request exceeded model token limit: 8192".
  /exceeded model token limit/i,
  // Zhipu: "Prompt exceeds max length". Alibaba: "Range of input length should be [1, 30720]".
  /prompt exceeds max|range of input length/i,
  // Cerebras: "Please reduce the length ... Current length is 9000 while limit is 8192".
  /current length is \d+ while limit is \d+/i,
];

/** The same as the code or the type of an error. */
const codes =
  /context_?length|context_?size|context_?window|string_above_max_length|max_prompt_tokens|prompt_too_long|input_too_long/i;

/**
 * True when an error is about a request that is too long.
 * @param code what the server calls the error; empty for nothing.
 * @param said the server's words.
 * @param status 413 says it by itself, 429 is never about it; null in the middle of a stream.
 */
export function isContextOverflow(code: string, said: string, status: number | null): boolean {
  if (status === 413 || codes.test(code)) return true;
  return status !== 429 && wordings.some((words) => words.test(said));
}
