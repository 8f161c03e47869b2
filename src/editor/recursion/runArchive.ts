import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { readOwnText } from '../../ground/regularFile';
import { replaceFile } from '../../ground/replaceFile';
import {
  type BodyPart,
  isRunName,
  type NodeId,
  nodeStatuses,
  type RunId,
} from '../../trajectory/events';
import { LogFile } from '../../trajectory/logFile';
import { historyEntry, ShownRun } from '../../trajectory/shownRun';
import type { HistoryEntry } from '../../trajectory/viewProtocol';

/** How many runs are listed; older ones stay on disk. */
const mostListed = 200;
/** How many logs' text positions are remembered. */
const mostOpenLogs = 4;
/** The reason shown for a run whose log ends early. */
const interrupted = 'Interrupted: its log ends here.';
const ending = '.jsonl';
const indexName = 'index.json';
/** Some hundred entries, each with its question. */
const mostIndexBytes = 64 * 1024 * 1024;

const entrySchema = z.object({
  id: z.string().transform((id) => id as RunId),
  question: z.string(),
  model: z.string(),
  subject: z.string(),
  started: z.number(),
  durationMs: z.number(),
  status: z.enum(nodeStatuses),
  reason: z.string().nullable(),
  costUsd: z.number(),
  costUnknown: z.boolean(),
  tokens: z.number(),
  calls: z.number(),
});
/** The entry of each log, so that listing does not read them all again. */
const indexSchema = z.record(z.string(), z.object({ size: z.number(), entry: entrySchema }));
type Index = z.infer<typeof indexSchema>;

/** The logs of past runs in one folder. */
export class RunArchive {
  readonly #folder: string;
  readonly #logs = new LRUCache<RunId, LogFile>({ max: mostOpenLogs });

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The path of a run's log, whether it exists or not. */
  path(run: RunId): string {
    // Ids come from views, too: they must not lead to another folder.
    if (!isRunName(run)) throw new Error(`There is no run "${run}".`);
    return join(this.#folder, run + ending);
  }

  /** The latest runs, newest first. Logs that can't be read are left out. */
  async list(): Promise<readonly HistoryEntry[]> {
    const files = await readdir(this.#folder).catch(() => []);
    const logs = files.filter((file) => file.endsWith(ending)).sort();
    const known = await this.#readIndex();
    const index: Index = {};
    for (const file of logs.slice(-mostListed).reverse()) {
      const { size } = await stat(join(this.#folder, file)).catch(() => ({ size: -1 }));
      const found = known[file];
      const entry = found?.size === size ? found.entry : await this.#entryOf(file);
      if (entry) index[file] = { size, entry };
    }
    await this.#writeIndex(index);
    return Object.values(index).map(({ entry }) => entry);
  }

  /** Reads a run. Nodes that had not ended are shown as cancelled. @throws when there is no log */
  async open(run: RunId): Promise<ShownRun> {
    return readRun(this.#log(run));
  }

  /** The texts of a node. @throws when there is no log */
  bodies(run: RunId, node: NodeId): Promise<ReadonlyMap<BodyPart, string>> {
    return this.#log(run).bodies(node);
  }

  #log(run: RunId): LogFile {
    const log = this.#logs.get(run) ?? new LogFile(this.path(run));
    this.#logs.set(run, log);
    return log;
  }

  async delete(run: RunId): Promise<void> {
    this.#logs.delete(run);
    await rm(this.path(run), { force: true });
  }

  async #entryOf(file: string): Promise<HistoryEntry | null> {
    try {
      return historyEntry(await readRun(new LogFile(join(this.#folder, file))));
    } catch {
      return null; // Deleted meanwhile, or not a log.
    }
  }

  async #readIndex(): Promise<Index> {
    try {
      const text = await readOwnText(join(this.#folder, indexName), mostIndexBytes, 'mine');
      const parsed = indexSchema.safeParse(JSON.parse(text));
      return parsed.success ? parsed.data : {};
    } catch {
      return {}; // It is built again.
    }
  }

  /** The index only saves time, so a failure to write it does not matter. */
  async #writeIndex(index: Index): Promise<void> {
    const path = join(this.#folder, indexName);
    try {
      await replaceFile(path, JSON.stringify(index));
    } catch {}
  }
}

async function readRun(log: LogFile): Promise<ShownRun> {
  const shown = new ShownRun(false);
  let last = 0;
  await log.outline((event) => {
    shown.sink(event);
    last = Math.max(last, event.time);
  });
  const { run, root, nodes } = shown.tree;
  if (run === null) return shown;
  const cut = [...nodes.values()].filter(({ status }) => status === 'running').reverse();
  for (const { id } of cut) {
    const reason = id === root ? { reason: interrupted } : {};
    shown.sink({ type: 'node-ended', run, node: id, time: last, outcome: 'cancelled', ...reason });
  }
  return shown;
}
