import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { dollars } from '../ground/figures';
import { openRegularFile } from '../ground/regularFile';
import type { EventSink } from './events';

/** What one run cost, in US dollars. */
const costSchema = z.object({ run: z.string(), costUsd: z.number().min(0) });
type RunCost = z.infer<typeof costSchema>;

/** How many of the newest runs the median is taken of. */
const newest = 50;
/** Fewer runs have no usual cost. */
const fewest = 5;
/** A run that costs more than this many times the median is unusual. */
const unusual = 3;

const fileName = 'costs.ndjson';
/** How much of the end of the file holds the newest runs. A line has at most a hundred bytes. */
const tailBytes = newest * 200;

/**
 * Remembers the cost of runs in a small file beside their logs, so that an unusual cost is noticed without
 * reading logs. Several windows share the file, so it is only appended to, a line for each run. Never throws:
 * without the file nothing is unusual.
 */
export class RunCosts {
  readonly #folder: string;

  /** @param folder of the logs. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The median of the newest runs, in US dollars; null while there are too few. */
  async usual(): Promise<number | null> {
    const costs = (await this.#read()).map(({ costUsd }) => costUsd).sort((a, b) => a - b);
    if (costs.length < fewest) return null;
    const middle = Math.floor(costs.length / 2);
    const [low = 0, high = 0] = [costs[Math.ceil(costs.length / 2) - 1], costs[middle]];
    return (low + high) / 2;
  }

  /** Adds a run. Runs without cost, offline or from memory, do not count. */
  async add(run: string, costUsd: number | null): Promise<void> {
    if (costUsd === null || costUsd === 0) return;
    // Starts a new line, also after one that was cut off.
    const line = `\n${JSON.stringify({ run, costUsd })}`;
    await appendFile(join(this.#folder, fileName), line, { mode: 0o600 }).catch(() => undefined);
  }

  async #read(): Promise<readonly RunCost[]> {
    const text = await tailOf(join(this.#folder, fileName)).catch(() => '');
    return text.split('\n').flatMap(costIn).slice(-newest);
  }
}

function costIn(line: string): readonly RunCost[] {
  try {
    return [costSchema.parse(JSON.parse(line))];
  } catch {
    return []; // Cut off by the end of a process, or by where reading began.
  }
}

async function tailOf(path: string): Promise<string> {
  await using file = await openRegularFile(path);
  const { size } = await file.stat();
  const tail = Buffer.alloc(Math.min(size, tailBytes));
  const { bytesRead } = await file.read(tail, 0, tail.length, size - tail.length);
  return tail.toString('utf8', 0, bytesRead);
}

/**
 * Adds up the cost of a run and calls `tell` once, as soon as it is unusual. Calls without a known price are
 * left out.
 * @param usual the usual cost of a run; null when unknown.
 */
export function costAlarm(usual: number | null, tell: (message: string) => void): EventSink {
  let spent = 0;
  let told = false;
  return (event) => {
    if (told || usual === null) return;
    if (event.type === 'node-ended') spent += event.usage?.costUsd ?? 0;
    else if (event.type === 'node-progress') spent += event.spent?.costUsd ?? 0;
    else return;
    if (spent <= unusual * usual) return;
    told = true;
    tell(
      `This run has cost ${dollars(spent)} so far, more than ${unusual} times the usual cost of a run (${dollars(usual)}).`,
    );
  };
}
