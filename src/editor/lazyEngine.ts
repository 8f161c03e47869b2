import type { Engine } from './engineContract';

/**
 * The engine, loaded when it is first needed: it is a bundle of its own, so that starting the extension
 * costs nothing of it.
 */
export class LazyEngine {
  #engine: Promise<Engine> | null = null;

  get loaded(): boolean {
    return this.#engine !== null;
  }

  get(): Promise<Engine> {
    this.#engine ??= import('./engine.js').then(({ createEngine }) => createEngine());
    return this.#engine;
  }

  /** Ends what the engine keeps, if it was ever loaded. */
  async dispose(): Promise<void> {
    await (await this.#engine)?.dispose();
  }
}
