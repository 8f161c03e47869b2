import type { RepositoryPath } from '../repository';
import type { FileIdentity, LinkedFile } from './fileIdentity';

/** What a look at all secret files found. */
export interface SeenLinks {
  /** When it began, in milliseconds since the Unix epoch. */
  readonly began: number;
  /** What each secret file with several names is called, for people, by `keyOf`. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Files that policy would show but for that. */
  readonly hidden: ReadonlySet<RepositoryPath>;
}

/** Disks keep time in steps; it is a few milliseconds for Linux. */
const clockStepMs = 100;
/** A few megabytes. */
const mostJudged = 50_000;

/**
 * Which files are secret ones under another name: a file may have several (hard links), and the policy
 * looks at names. A new name changes a file's `ctime`, so that what was seen of one holds until then.
 */
export class LinkVerdicts {
  #seen: SeenLinks = {
    began: Number.NEGATIVE_INFINITY,
    secrets: new Map(),
    hidden: new Set(),
  };
  /** Files that changed while it was looked, with the change after which it was. */
  readonly #judged = new Map<string, bigint>();
  /** Looks are taken one after the other: the second may find that the first was enough. */
  #turn: Promise<void> = Promise.resolve();

  /** Paths that policy would show if they were not another name of a secret file, as far as they were seen. */
  get hidden(): ReadonlySet<RepositoryPath> {
    return this.#seen.hidden;
  }

  /** Null for an ordinary file; the name of the secret one that it is; `unknown` before a look was taken. */
  of(file: LinkedFile): string | null | 'unknown' {
    if (file.nlink <= 1n) return null;
    const key = keyOf(file);
    const secret = this.#seen.secrets.get(key);
    if (secret !== undefined) return secret;
    const known =
      Number(file.ctimeNs / 1_000_000n) < this.#seen.began - clockStepMs ||
      this.#judged.get(key) === file.ctimeNs;
    return known ? null : 'unknown';
  }

  /** Has a look taken for these files, unless another one did meanwhile. @param look may throw. */
  async settle(files: readonly LinkedFile[], look: () => Promise<SeenLinks>): Promise<void> {
    const before = this.#turn;
    const after = before.then(async () => {
      if (files.every((file) => this.of(file) !== 'unknown')) return;
      this.#seen = await look();
      if (this.#judged.size > mostJudged) this.#judged.clear();
      for (const file of files) this.#judged.set(keyOf(file), file.ctimeNs);
    });
    this.#turn = after.catch(() => undefined);
    await after;
  }
}

export function keyOf({ dev, ino }: FileIdentity): string {
  return `${dev}:${ino}`;
}
