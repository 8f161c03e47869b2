import { fstatSync, statSync } from 'node:fs';
import { errorCode } from './fileFailure';

/** How often to check that a file being written is still in its place, in ms. A check takes microseconds. */
const lookMs = 200;

/**
 * Whether an open file is still where it was made. If somebody removes or replaces its folder, further
 * writes go to a file that nobody can open any more.
 */
export function isInPlace(descriptor: number, path: string): boolean {
  try {
    const found = statSync(path);
    // Some file systems do not count names at all.
    return found.nlink === 0 || fstatSync(descriptor).nlink > 0;
  } catch (error) {
    const code = errorCode(error);
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}

/** Says when it is time to check again. */
export class PlaceWatch {
  #lookedAt = performance.now();

  get isDue(): boolean {
    const now = performance.now();
    if (now - this.#lookedAt < lookMs) return false;
    this.#lookedAt = now;
    return true;
  }
}
