import { get } from 'node:http';
import { conversationModels } from './conversationModels';
import type { LocalPlace } from './localPlaces';
import { isPlainName, modelNames } from './modelList';
import { replyLimits } from './replyLimits';

/** A server on this machine that listed its models. */
export interface LocalServer {
  readonly baseUrl: string;
  /** Those that can be asked, in order; at least one. */
  readonly models: readonly string[];
}

/**
 * A server on this machine lists its models within this time, in milliseconds, also while the machine has much
 * to do. Where nobody listens, that is known at once.
 */
const timeoutMs = 2_000;

/**
 * Looks for servers on this machine, all places at once: `GET /models`, without a key, a proxy or a redirect.
 * Never rejects. Only for when a person chooses a model: nothing that is found is used by itself.
 */
export async function findLocalServers(
  places: readonly LocalPlace[],
  signal: AbortSignal,
): Promise<readonly LocalServer[]> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const looks = places.map(async ({ port, path }) => {
    const baseUrl = `http://127.0.0.1:${port}${path}`;
    const models = await listed(`${baseUrl}/models`, limited);
    return models.length === 0 ? [] : [{ baseUrl, models }];
  });
  return (await Promise.all(looks)).flat();
}

async function listed(url: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const names = modelNames(JSON.parse(await textAt(url, signal))) ?? [];
    return conversationModels(names.filter(isPlainName));
  } catch {
    // Nobody listens, or somebody else does.
    return [];
  }
}

function textAt(url: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    // With an agent of its own, no proxy of the environment is asked.
    const request = get(url, { agent: false, signal }, (response) => {
      response.on('error', reject);
      if (response.statusCode !== 200) {
        reject(new Error(`Status ${response.statusCode}`));
        request.destroy();
        return;
      }
      let size = 0;
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => {
        size += piece.length;
        if (size > replyLimits.list) request.destroy(new Error('Too much'));
        else pieces.push(piece);
      });
      response.on('end', () => resolve(Buffer.concat(pieces).toString('utf8')));
      response.on('close', () => reject(new Error('Closed')));
    });
    request.on('error', reject);
  });
}
