import type { RepositoryPath } from '../repository';

/** Paths kept at most: a few megabytes. */
const capacity = 100_000;

/**
 * Paths that ripgrep has shown, so that reading a file that was just listed or found needs no second
 * look at the ignore files. When full it starts over; forgetting only costs time.
 */
export class SeenPaths {
  readonly #paths = new Set<RepositoryPath>();

  add(path: RepositoryPath): void {
    if (this.#paths.size >= capacity) this.#paths.clear();
    this.#paths.add(path);
  }

  has(path: RepositoryPath): boolean {
    return this.#paths.has(path);
  }
}
