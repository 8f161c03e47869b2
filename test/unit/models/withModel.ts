import type { LanguageModel } from '../../../src/models/languageModel';
import { type OpenAiModelOptions, openAiModel } from '../../../src/models/openAiModel';
import type { ModelScript } from '../../host/modelScript';
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from '../../host/modelServer';

/** The key that the model is given when a test names no other. */
export const key = 'sk-test-0123456789';

interface ModelAndServer {
  readonly model: LanguageModel;
  readonly server: ModelServer;
}

/** Talks to a scripted server through the real model, and closes the server whatever happens. */
export async function withModel(
  script: ModelScript,
  options: Partial<OpenAiModelOptions> & { readonly server?: ModelServerOptions },
  use: (both: ModelAndServer) => Promise<void>,
): Promise<void> {
  const { server: serverOptions, ...modelOptions } = options;
  const server = await startModelServer(script, serverOptions);
  try {
    const model = openAiModel({
      name: 'test-model',
      apiKey: key,
      baseUrl: server.url,
      ...modelOptions,
    });
    await use({ model, server });
  } finally {
    await server.close();
  }
}
