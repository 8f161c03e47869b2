import type { Engine } from '../../contract/engineContract';
import type { Log } from '../log';
import type { EngineProcess } from './engineProcess';

/**
 * The engine, started when it is first needed, so that activation does not pay for it. Started again after its
 * process has ended.
 */
export class LazyEngine {
  readonly #dist: string;
  readonly #log: Log;
  #running: Promise<EngineProcess> | null = null;

  /** @param dist folder of the bundles */
  constructor(dist: string, log: Log) {
    this.#dist = dist;
    this.#log = log;
  }

  get loaded(): boolean {
    return this.#running !== null;
  }

  async get(): Promise<Engine> {
    this.#running ??= this.#start().catch((error: unknown) => {
      this.#running = null;
      throw error;
    });
    return (await this.#running).engine;
  }

  /** Ends the process, if it was started. */
  async dispose(): Promise<void> {
    const running = await this.#running?.catch(() => null);
    await running?.engine.dispose();
  }

  async #start(): Promise<EngineProcess> {
    const { startEngine } = await import('./engineProcess.js');
    const started = startEngine(this.#dist, this.#log);
    void started.ended.then(() => {
      this.#running = null;
    });
    return started;
  }
}
