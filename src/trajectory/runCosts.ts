import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { dollars } from '../ground/figures';
import { openRegularFile } from '../ground/regularFile';
import type { EventSink } from './events';

/** What one run cost, in US dollars. */
const costSchema = z.object({ run: z.string(), costUsd: z.number().min(0) });
type RunCost = z.infer<typeof costSchema>;

/** Runs that the median is taken of: the newest. */
const newest = 50;
/** With fewer runs there is no usual cost. */
const fewest = 5;
/** A run that costs more than so many times the median is worth a word. */
const unusual = 3;

const fileName = 'costs.ndjson';
/** So much of the end of the file has the newest runs: a line is a hundred bytes at most. */
const tailBytes = newest * 200;

/**
 * Remembers what runs cost, in one small file beside their logs, so that a run which costs far more than
 * usual is noticed without reading any log. Windows share the file, so it only ever grows, by a line for
 * each run: nothing is written anew that another one may have added to. Never throws: without the file
 * nothing is unusual.
 */
export class RunCosts {
  readonly #folder: string;

  /** @param folder of the logs. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The median of the newest runs, in US dollars; null while there are too few to say. */
  async usual(): Promise<number | null> {
    const costs = (await this.#read()).map(({ costUsd }) => costUsd).sort((a, b) => a - b);
    if (costs.length < fewest) return null;
    const middle = Math.floor(costs.length / 2);
    const [low = 0, high = 0] = [costs[Math.ceil(costs.length / 2) - 1], costs[middle]];
    return (low + high) / 2;
  }

  /** Adds a run. Runs that cost nothing, offline or from memory, say nothing of what is usual. */
  async add(run: string, costUsd: number | null): Promise<void> {
    if (costUsd === null || costUsd === 0) return;
    // On a line of its own, also after one that was cut off.
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
    return []; // Cut off, by the end of a process or by where reading begins.
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
 * Adds up what the nodes of a run cost and tells once, as soon as that is unusual. Calls whose price is
 * unknown are left out.
 * @param usual what runs cost as a rule; null when that is not known.
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
      `This run has cost ${dollars(spent)} so far, more than ${unusual} times as much as runs do as a rule (${dollars(usual)}).`,
    );
  };
}
