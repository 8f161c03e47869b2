import type { RepositoryPath } from '../repository';

/** How many paths are kept: a few megabytes. */
const capacity = 100_000;

/**
 * Paths that ripgrep has shown, so that reading a file that was just found need not check the ignore files again. When
 * full it starts over, which only costs time.
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
