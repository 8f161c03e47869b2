import { BrokenReply } from './brokenReply';
import { foreignText } from './foreignText';
import type { FinishReason } from './languageModel';

/** Why a model stopped, or that its reply came to nothing: `broken` where the server gave up on it. */
type KnownReason = FinishReason | 'broken';

/**
 * Reasons by the words of providers, in lower case and without what is between their letters. Sources: the
 * API references of OpenAI, Anthropic, Google, Mistral, Cohere, DeepSeek, Zhipu, OpenRouter, and the sources
 * of vLLM, SGLang, llama.cpp, TGI and Ollama.
 */
const reasons: Readonly<Record<string, KnownReason>> = {
  length: 'length',
  maxtokens: 'length',
  maxlength: 'length',
  maxoutputtokens: 'length',
  maxcompletiontokens: 'length',
  modellength: 'length',
  modelcontextwindowexceeded: 'length',
  contextlengthexceeded: 'length',
  tokenlimit: 'length',
  incomplete: 'length',
  limit: 'length',
  // Anthropic: the turn is to be gone on with, so it is not whole.
  pauseturn: 'length',
  contentfilter: 'content-filter',
  contentfiltered: 'content-filter',
  safety: 'content-filter',
  recitation: 'content-filter',
  blocklist: 'content-filter',
  prohibitedcontent: 'content-filter',
  spii: 'content-filter',
  language: 'content-filter',
  refusal: 'content-filter',
  sensitive: 'content-filter',
  errortoxic: 'content-filter',
  guardrailintervened: 'content-filter',
  error: 'broken',
  failed: 'broken',
  abort: 'broken',
  aborted: 'broken',
  cancel: 'broken',
  cancelled: 'broken',
  canceled: 'broken',
  timeout: 'broken',
  networkerror: 'broken',
  insufficientsystemresource: 'broken',
  malformedresponse: 'broken',
  malformedfunctioncall: 'broken',
};

/** What a provider's word means; any other word is the end of a whole reply. */
function knownReason(word: string): KnownReason {
  const letters = word
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/^finishreason/, '');
  return Object.hasOwn(reasons, letters) ? (reasons[letters] ?? 'stop') : 'stop';
}

/**
 * The same, for a reply that may be used.
 * @throws {BrokenReply} when the server gave up on it.
 */
export function finishReason(word: string): FinishReason {
  const reason = knownReason(word);
  if (reason !== 'broken') return reason;
  const shown = foreignText(word, null);
  throw new BrokenReply('cut-short', `it gave "${shown}" as the reason to stop`);
}
