import type { RepositoryPath } from '../repository';
import type { FileIdentity, LinkedFile } from './fileIdentity';

/** The result of a look at all secret files. */
export interface SeenLinks {
  /** When it began, in milliseconds since the Unix epoch. */
  readonly began: number;
  /** The name for people of each secret file with several names, by `fileKey`. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Files that policy would show otherwise. */
  readonly hidden: ReadonlySet<RepositoryPath>;
}

/** Disks keep time in steps: a few milliseconds on Linux. */
const clockStepMs = 100;
/** A few megabytes. */
const mostJudged = 50_000;

/**
 * Knows which files are secret ones under another name: a file may have several names (hard links), and the policy
 * looks at names. A new name changes a file's `ctime`, so a verdict holds until that changes.
 */
export class LinkVerdicts {
  #seen: SeenLinks = {
    began: Number.NEGATIVE_INFINITY,
    secrets: new Map(),
    hidden: new Set(),
  };
  /** Files that changed during a look, with the change that it covers. */
  readonly #judged = new Map<string, bigint>();
  /** One look at a time: the second may find that the first was enough. */
  #turn: Promise<void> = Promise.resolve();

  /** The known paths that policy would show if they were not other names of secret files. */
  get hidden(): ReadonlySet<RepositoryPath> {
    return this.#seen.hidden;
  }

  /** Null for an ordinary file; the name of the secret file that it is; `unknown` before a look. */
  of(file: LinkedFile): string | null | 'unknown' {
    if (file.nlink <= 1n) return null;
    const key = fileKey(file);
    const secret = this.#seen.secrets.get(key);
    if (secret !== undefined) return secret;
    const known =
      Number(file.ctimeNs / 1_000_000n) < this.#seen.began - clockStepMs ||
      this.#judged.get(key) === file.ctimeNs;
    return known ? null : 'unknown';
  }

  /** Takes a look for these files, unless another one covered them meanwhile. @param look may throw. */
  async settle(files: readonly LinkedFile[], look: () => Promise<SeenLinks>): Promise<void> {
    const before = this.#turn;
    const after = before.then(async () => {
      if (files.every((file) => this.of(file) !== 'unknown')) return;
      this.#seen = await look();
      if (this.#judged.size > mostJudged) this.#judged.clear();
      for (const file of files) this.#judged.set(fileKey(file), file.ctimeNs);
    });
    this.#turn = after.catch(() => undefined);
    await after;
  }
}

export function fileKey({ dev, ino }: FileIdentity): string {
  return `${dev}:${ino}`;
}
