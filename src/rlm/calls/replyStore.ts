import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { readOwnText } from '../../ground/regularFile';
import type { LanguageModel } from '../../models/languageModel';

export interface ReplyStoreOptions {
  /** Made, for the user only, when it is missing. */
  readonly folder: string;
  /** The most that is kept, in bytes; what was not used for longest goes first. Default 256 MiB. */
  readonly maxBytes?: number;
  /** What is said before every prompt: replies given under other guidance are not found. */
  readonly guidance?: string;
  /** Applied to every reply before it is written; see `redactSecrets`. */
  readonly redact?: (text: string) => string;
}

const defaultMaxBytes = 256 * 1024 * 1024;
/** Entries are spread over so many folders; each may fill its share of the whole. */
const shards = 256;
/** Goes into every key: replies that an older version kept in another way are not found. */
const format = 1;
/** Files open at once, so that a batch of thousands doesn't exhaust the descriptors. */
const writesAtOnce = 8;

const entrySchema = z.object({ format: z.literal(format), key: z.string(), text: z.string() });
const fileSchema = z.object({ sum: z.string(), entry: z.string() });

/**
 * Replies of sub-LMs, kept from one run to the next: the same prompt to the same model at the same
 * endpoint is not paid for again. A prompt holds the text it is about, so after an edit only what the
 * edit changed is asked anew. One file per reply, readable by the user only, replaced as a whole; one
 * that is damaged, or that others may have written, counts as missing. Several processes may share a folder. Never throws: a cache that
 * can't be read or written is a run without one.
 */
export class ReplyStore {
  readonly #folder: string;
  readonly #maxShardBytes: number;
  readonly #redact: (text: string) => string;
  /** Its hash, when there is any. */
  readonly #guidance: readonly string[];
  /** Names in each shard that was looked at: a reply that isn't there costs no more system calls. */
  readonly #names = new Map<string, Promise<Set<string>>>();
  readonly #written = new Set<string>();
  readonly #queue: (() => Promise<void>)[] = [];
  readonly #writers = new Set<Promise<void>>();

  constructor(options: ReplyStoreOptions) {
    this.#folder = options.folder;
    this.#maxShardBytes = Math.floor((options.maxBytes ?? defaultMaxBytes) / shards);
    this.#redact = options.redact ?? ((text) => text);
    this.#guidance = options.guidance ? [sha256(options.guidance)] : [];
  }

  /** The reply to a prompt, or null when it was never kept or the model has no identity. */
  async find(model: LanguageModel, prompt: string): Promise<string | null> {
    const key = this.#keyOf(model, prompt);
    if (key === null) return null;
    const shard = shardOf(key);
    if (!(await this.#list(shard)).has(nameOf(key))) return null;
    const file = join(this.#folder, shard, nameOf(key));
    try {
      // Nobody else may say what a model has said.
      const text = readEntry(await readOwnText(file, 4 * this.#maxShardBytes, 'mine'), key);
      // The time of the last use is what decides which entries go first.
      if (text !== null) await utimes(file, new Date(), new Date());
      return text;
    } catch {
      return null;
    }
  }

  /** Keeps a reply that is whole. It is written in the background; `close` waits for it. */
  keep(model: LanguageModel, prompt: string, text: string): void {
    const key = this.#keyOf(model, prompt);
    if (key === null) return;
    const entry = JSON.stringify({ format, key, text: this.#redact(text) });
    if (entry.length > this.#maxShardBytes) return;
    this.#queue.push(() => this.#write(key, JSON.stringify({ sum: sha256(entry), entry })));
    if (this.#writers.size >= writesAtOnce) return;
    const writer = this.#drain().finally(() => this.#writers.delete(writer));
    this.#writers.add(writer);
  }

  /** Waits until everything is written, and makes room where there is too much. */
  async close(): Promise<void> {
    await Promise.all(this.#writers);
    for (const shard of this.#written) await this.#prune(join(this.#folder, shard));
    this.#written.clear();
  }

  async #drain(): Promise<void> {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) await next();
  }

  #list(shard: string): Promise<Set<string>> {
    const known = this.#names.get(shard);
    if (known) return known;
    const names = readdir(join(this.#folder, shard)).then(
      (found) => new Set(found),
      () => new Set<string>(),
    );
    this.#names.set(shard, names);
    return names;
  }

  /** Null for a model that doesn't say who it is: another could answer under the same name. */
  #keyOf({ id }: LanguageModel, prompt: string): string | null {
    if (id === undefined) return null;
    return sha256(JSON.stringify([format, id, sha256(prompt), ...this.#guidance]));
  }

  async #write(key: string, content: string): Promise<void> {
    const shard = shardOf(key);
    const folder = join(this.#folder, shard);
    const unfinished = join(folder, `${randomUUID()}.new`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(unfinished, content, { mode: 0o600, flag: 'wx' });
      await rename(unfinished, join(folder, nameOf(key)));
      (await this.#list(shard)).add(nameOf(key));
      this.#written.add(shard);
    } catch {
      await rm(unfinished, { force: true }).catch(() => undefined);
    }
  }

  /** Removes the entries that were not used for longest until the rest fits. */
  async #prune(folder: string): Promise<void> {
    try {
      const files = await Promise.all((await readdir(folder)).map((name) => sizeOf(folder, name)));
      let total = files.reduce((sum, { size }) => sum + size, 0);
      for (const { path, size } of files.toSorted((a, b) => a.used - b.used)) {
        if (total <= this.#maxShardBytes) return;
        await rm(path, { force: true });
        total -= size;
      }
    } catch {
      // Another process prunes the same folder, or it is gone: the next run tries again.
    }
  }
}

async function sizeOf(folder: string, name: string) {
  const path = join(folder, name);
  const { size, mtimeMs } = await stat(path);
  return { path, size, used: mtimeMs };
}

function shardOf(key: string): string {
  return key.slice(0, 2);
}

function nameOf(key: string): string {
  return `${key.slice(2)}.json`;
}

/** Null when the file is damaged or holds something else. */
function readEntry(content: string, key: string): string | null {
  const file = fileSchema.parse(JSON.parse(content));
  if (file.sum !== sha256(file.entry)) return null;
  const entry = entrySchema.parse(JSON.parse(file.entry));
  return entry.key === key ? entry.text : null;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
