import type { RootedPath, Workspace } from '../workspace';
import type { LinkedFile } from './fileIdentity';
import { linkedFile, lookFor, verdictOf } from './secretLinks';

/** Says of what ripgrep has found whether it may be shown: ripgrep knows nothing of a file's other names. */
export class LinkJudge {
  readonly #workspace: Workspace;
  readonly #unknown: LinkedFile[] = [];

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Files of which it could not say it. */
  get unknown(): readonly LinkedFile[] {
    return this.#unknown;
  }

  /** True when there are any: what goes on will have to be done again. */
  get isPuzzled(): boolean {
    return this.#unknown.length > 0;
  }

  /** False for a secret file under another name, and for one of which nobody knows. */
  shows(at: RootedPath): boolean {
    const found = linkedFile(at);
    if (found === null) return true;
    const verdict = verdictOf(this.#workspace, at, found);
    if (verdict === 'unknown') this.#unknown.push(found);
    return verdict === null;
  }
}

/** A look settles all but files whose names change all the time: those are left out. */
const mostLooks = 3;

/** Searches, and once more when all secret files had to be looked at first. */
export async function judged<T>(
  workspace: Workspace,
  signal: AbortSignal,
  search: (judge: LinkJudge) => Promise<T>,
): Promise<T> {
  for (let looks = 0; ; looks += 1) {
    const judge = new LinkJudge(workspace);
    const result = await search(judge);
    if (!judge.isPuzzled) return result;
    await lookFor(workspace, judge.unknown, signal);
    if (looks === mostLooks) return search(new SternJudge(workspace));
  }
}

/** Leaves out what it does not know, and goes on. */
class SternJudge extends LinkJudge {
  override get isPuzzled(): boolean {
    return false;
  }
}
