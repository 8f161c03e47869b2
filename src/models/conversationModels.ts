/** Names of models that can't hold a conversation: embeddings, speech, pictures and the like. */
const otherKinds =
  /embed|whisper|tts|dall-e|image|audio|moderation|realtime|transcribe|rerank|sora|davinci|babbage/i;

/** The models of an endpoint that can hold a conversation, sorted; all of them when none looks like it. */
export function conversationModels(names: readonly string[]): readonly string[] {
  const sorted = [...new Set(names)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const fitting = sorted.filter((name) => !otherKinds.test(name));
  return fitting.length > 0 ? fitting : sorted;
}
