import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { TestCounts, TestFailure } from './testCounts';

const testEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('passed'), name: z.string(), ms: z.number() }),
  z.object({ kind: z.literal('skipped'), name: z.string() }),
  z.object({ kind: z.literal('failed'), name: z.string(), error: z.string() }),
  z.object({ kind: z.literal('ended') }),
]);

/** Follows the report that the extension host writes, and prints it as it grows. */
export class IntegrationReport {
  readonly #path: string;
  #shown = 0;
  #passed = 0;
  readonly #failures: TestFailure[] = [];
  #hasEnded = false;

  /** `path` is the file that the host appends to; it need not exist yet. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Whether the run came to its end; false when the host died on the way. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get counts(): TestCounts {
    const failures = this.#failures;
    return { passed: this.#passed, failed: failures.length, failures };
  }

  /** Prints the events that came since the last call. */
  async showNews(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    const news = complete.slice(this.#shown);
    this.#shown = complete.length;
    for (const line of news.split('\n')) if (line !== '') this.#show(line);
  }

  #show(line: string): void {
    const event = testEvent.parse(JSON.parse(line));
    switch (event.kind) {
      case 'passed':
        this.#passed += 1;
        console.log(` ✓ ${event.name} (${event.ms} ms)`);
        break;
      case 'skipped':
        console.log(` - ${event.name} (skipped)`);
        break;
      case 'failed':
        this.#failures.push({ name: event.name, error: event.error });
        console.log(` ✗ ${event.name}\n${event.error.replace(/^/gm, '     ')}`);
        break;
      case 'ended':
        this.#hasEnded = true;
        break;
    }
  }
}
