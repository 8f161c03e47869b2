import { createHash, type Hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Message } from './languageModel';

/** So much is kept of all conversations with one model, in characters: 8 MB. */
const mostKept = 8 * 2 ** 20;

/**
 * What a provider wants to see again of its model's replies, beside their text: thoughts that are signed or
 * encrypted. A reply is known by the whole conversation up to its end, so that no other conversation gets
 * them, nor one that was shortened in the meantime. What was not used for longest goes first: providers can
 * do without.
 */
export class KeptThoughts<Part> {
  readonly #kept = new LRUCache<string, readonly Part[]>({
    maxSize: mostKept,
    sizeCalculation: (parts) => JSON.stringify(parts).length,
  });
  #isWanted = true;

  /** Keeps the parts of the reply to a conversation. */
  keep(messages: readonly Message[], text: string, parts: readonly Part[]): void {
    if (!this.#isWanted) return;
    const hash = createHash('sha256');
    for (const message of messages) add(hash, message);
    this.#kept.set(digest(add(hash, { role: 'assistant', content: text })), parts);
  }

  /** The parts of those replies in a conversation of which they are known, by the index of the reply. */
  in(messages: readonly Message[]): ReadonlyMap<number, readonly Part[]> {
    const found = new Map<number, readonly Part[]>();
    if (this.#kept.size === 0) return found;
    const hash = createHash('sha256');
    for (const [index, message] of messages.entries()) {
      add(hash, message);
      const parts = message.role === 'assistant' ? this.#kept.get(digest(hash)) : undefined;
      if (parts) found.set(index, parts);
    }
    return found;
  }

  /** For a server that refuses them: nothing is kept from then on. */
  giveUp(): void {
    this.#isWanted = false;
    this.#kept.clear();
  }
}

function add(hash: Hash, { role, content }: Message): Hash {
  return hash.update(`${role} ${content.length}:`).update(content);
}

/** Of what was added so far; more can be. */
function digest(hash: Hash): string {
  return hash.copy().digest('base64');
}
