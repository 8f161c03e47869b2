import { fstatSync, statSync } from 'node:fs';
import { errorCode } from './fileFailure';

/** How often a file that is being written is looked for in its place, in ms: a look takes microseconds. */
const lookMs = 200;

/**
 * Whether an open file is still where it was made. Somebody may remove or replace its folder while it is
 * written; what is written then goes to a file that nobody can open any more.
 */
export function isInPlace(descriptor: number, path: string): boolean {
  try {
    const found = statSync(path);
    // Some file systems count no names at all.
    return found.nlink === 0 || fstatSync(descriptor).nlink > 0;
  } catch (error) {
    const code = errorCode(error);
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}

/** Says when it is time to look again. */
export class PlaceWatch {
  #lookedAt = performance.now();

  get isDue(): boolean {
    const now = performance.now();
    if (now - this.#lookedAt < lookMs) return false;
    this.#lookedAt = now;
    return true;
  }
}
