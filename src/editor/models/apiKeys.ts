import type { SecretStorage } from 'vscode';
import type { Endpoint } from '../../models/endpoint';

/** What is known about the API key of an endpoint. */
export type ApiKey =
  /** The user was not asked yet. */
  | { readonly kind: 'unknown' }
  /** The user said that the endpoint needs no key. */
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly value: string };

/**
 * API keys in the editor's secret storage, each bound to the origin (scheme, host and port) that it was entered
 * for, so that no change of the base URL can send a key to another host.
 */
export class ApiKeys {
  readonly #secrets: SecretStorage;

  constructor(secrets: SecretStorage) {
    this.#secrets = secrets;
  }

  async get(endpoint: Endpoint): Promise<ApiKey> {
    const value = await this.#secrets.get(secretName(endpoint));
    if (value === undefined) return { kind: 'unknown' };
    return value === '' ? { kind: 'none' } : { kind: 'key', value };
  }

  async set(endpoint: Endpoint, value: string): Promise<void> {
    await this.#secrets.store(secretName(endpoint), value);
  }

  /** Remembers that the endpoint needs no key. */
  async setNone(endpoint: Endpoint): Promise<void> {
    await this.#secrets.store(secretName(endpoint), '');
  }

  async clear(endpoint: Endpoint): Promise<void> {
    await this.#secrets.delete(secretName(endpoint));
  }
}

function secretName({ url }: Endpoint): string {
  return `fathom.apiKey:${new URL(url).origin}`;
}
