/** Where a server may listen on this machine. */
export interface LocalPlace {
  readonly port: number;
  /** The path of its OpenAI-compatible API. */
  readonly path: string;
}

/** The ports that servers listen on as they come, from their documentation. */
export const usualPlaces: readonly LocalPlace[] = [
  // Ollama, LM Studio, llama.cpp (and LocalAI), vLLM, Jan, SGLang, KoboldCpp, GPT4All.
  ...[11434, 1234, 8080, 8000, 1337, 30000, 5001, 4891].map((port) => ({ port, path: '/v1' })),
  // Docker Model Runner.
  { port: 12434, path: '/engines/v1' },
];
