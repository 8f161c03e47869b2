import type { ApiWish } from '../../../src/models/apiName';
import type { LanguageModel } from '../../../src/models/languageModel';
import { openModel } from '../../../src/models/openModel';
import {
  type ProviderReply,
  type ProviderRequest,
  type ProviderServer,
  startProviderServer,
} from '../../host/providerServer';

interface ModelAndServer {
  readonly model: LanguageModel;
  readonly server: ProviderServer;
}

/** Which model, and where it seems to be: requests go to the local server whatever the address. */
export interface Provided {
  readonly name: string;
  readonly baseUrl: string | null;
  readonly api?: ApiWish;
  readonly apiKey?: string | null;
}

/** Talks through a provider's own API to a local server, and closes it whatever happens. */
export async function withProvider(
  { api = 'auto', apiKey = providerKey, ...asked }: Provided,
  answer: readonly ProviderReply[] | ((request: ProviderRequest) => ProviderReply),
  use: (both: ModelAndServer) => Promise<void>,
): Promise<void> {
  const noMore = { status: 400, body: { error: { message: 'The script has no more replies.' } } };
  const server = await startProviderServer((request) =>
    typeof answer === 'function' ? answer(request) : (answer[request.number - 1] ?? noMore),
  );
  try {
    await use({ server, model: await openModel({ ...asked, api, apiKey, fetch: server.fetch }) });
  } finally {
    await server.close();
  }
}

/** The key that a model is given when a test names no other. */
export const providerKey = 'sk-provider-0123456789';
