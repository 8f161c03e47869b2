import type { RootedPath, Workspace } from '../workspace';
import type { LinkedFile } from './fileIdentity';
import { linkedFile, lookFor, verdictOf } from './secretLinks';

/** Decides whether files that ripgrep found may be shown: ripgrep does not know a file's other names. */
export class LinkJudge {
  readonly #workspace: Workspace;
  readonly #unknown: LinkedFile[] = [];

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** The undecided files. */
  get unknown(): readonly LinkedFile[] {
    return this.#unknown;
  }

  /** True when there are undecided files, so that the search must be repeated. */
  get isPuzzled(): boolean {
    return this.#unknown.length > 0;
  }

  /** False for a secret file under another name, and for an undecided file. */
  shows(at: RootedPath): boolean {
    const found = linkedFile(at);
    if (found === null) return true;
    const verdict = verdictOf(this.#workspace, at, found);
    if (verdict === 'unknown') this.#unknown.push(found);
    return verdict === null;
  }
}

/** One look decides all files, except those whose names change all the time, which are left out. */
const mostLooks = 3;

/** Searches, and again if all secret files had to be looked at first. */
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

/** Leaves out undecided files. */
class SternJudge extends LinkJudge {
  override get isPuzzled(): boolean {
    return false;
  }
}
