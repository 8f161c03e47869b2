import { messageOf } from '../../ground/fileFailure';
import { unlessAborted } from '../../ground/unlessAborted';
import type { NamedRoot, Visibility } from '../policy/visibility';
import { printableName } from '../text/printableName';
import { globalIgnoreFile } from './globalIgnore';
import {
  type IgnoreKind,
  ignoreFilesAbove,
  type OddIgnoreFile,
  oddIgnoreFiles,
  type RootFolder,
} from './oddIgnoreFiles';

/** How long looking through all folders may take, in milliseconds. 75,000 files take 0.15 s. */
const usualPatienceMs = 30_000;

/** Which ignore files count in a root. */
export interface IgnoreRules {
  /** The arguments for ripgrep. */
  readonly args: readonly string[];
  /** The files outside of the root from which it reads rules. */
  readonly readable: readonly string[];
  /** Which files do not count and why, for people and models; null when all count. */
  readonly notice: string | null;
}

/** What is known of a root. */
type SearchedRoot = RootFolder & NamedRoot & { readonly name: string };

/** Finds out, once for each root, which ignore files count. */
export class IgnoreFiles {
  readonly #visibility: Pick<Visibility, 'ripgrepGlobs'>;
  readonly #patienceMs: number;
  readonly #known = new Map<string, Search>();
  #global: Promise<string | null> | null = null;

  constructor(visibility: Pick<Visibility, 'ripgrepGlobs'>, patienceMs = usualPatienceMs) {
    this.#visibility = visibility;
    this.#patienceMs = patienceMs;
  }

  /** @throws the signal's reason when it aborts. The search ends when nobody waits for it any more. */
  async of(root: SearchedRoot, signal: AbortSignal): Promise<IgnoreRules> {
    signal.throwIfAborted();
    const search = this.#known.get(root.folder) ?? this.#start(root);
    this.#known.set(root.folder, search);
    search.waiting += 1;
    try {
      return await unlessAborted(search.rules, signal);
    } finally {
      search.waiting -= 1;
      if (search.waiting === 0 && !search.done) {
        this.#known.delete(root.folder);
        search.patience.abort(new Error('nobody waits for it'));
      }
    }
  }

  #start(root: SearchedRoot): Search {
    const patience = new AbortController();
    const search: Search = { rules: this.#find(root, patience), patience, waiting: 0, done: false };
    void search.rules.then(() => {
      search.done = true;
    });
    return search;
  }

  /** Never rejects. */
  async #find(root: SearchedRoot, patience: AbortController): Promise<IgnoreRules> {
    this.#global ??= globalIgnoreFile(process.env);
    const global = await this.#global;
    const seconds = this.#patienceMs / 1000;
    const clock = setTimeout(
      () => patience.abort(new Error(`its folders could not be looked through in ${seconds} s`)),
      this.#patienceMs,
    );
    try {
      const odd = await oddIgnoreFiles(root, this.#pruned(root), patience.signal);
      return rulesOf(root, new Set(odd.map(({ kind }) => kind)), global, noticeOf(root, odd));
    } catch (error) {
      return rulesOf(
        root,
        new Set<IgnoreKind>(['vcs', 'dot', 'exclude']),
        global,
        `Ignore files do not count in ${printableName(root.name)}: ${messageOf(error)}.`,
      );
    } finally {
      clearTimeout(clock);
    }
  }

  /** The folders that ripgrep leaves out by name alone. */
  #pruned(root: SearchedRoot): ReadonlySet<string> {
    const globs = this.#visibility.ripgrepGlobs(root);
    return new Set(globs.flatMap((glob) => /^!(?:\*\*\/)?([\w.-]+)$/.exec(glob)?.[1] ?? []));
  }
}

/** A running or finished search. */
interface Search {
  readonly rules: Promise<IgnoreRules>;
  readonly patience: AbortController;
  /** How many callers wait for it. */
  waiting: number;
  done: boolean;
}

function rulesOf(
  root: SearchedRoot,
  off: ReadonlySet<IgnoreKind>,
  global: string | null,
  notice: string | null,
): IgnoreRules {
  const parents = root.partOfGitRepository;
  return {
    args: [
      '--no-ignore-global',
      ...(off.has('vcs') ? ['--no-ignore-vcs'] : []),
      ...(off.has('dot') ? ['--no-ignore-dot'] : []),
      ...(off.has('exclude') ? ['--no-ignore-exclude'] : []),
      ...(parents ? [] : ['--no-ignore-parent']),
      ...(global === null ? [] : [`--ignore-file=${global}`]),
    ],
    readable: [
      ...(global === null ? [] : [global]),
      ...(parents ? ignoreFilesAbove(root.folder) : []),
    ],
    notice,
  };
}

/** How many files are named. */
const mostNamed = 3;

const kindNames: Readonly<Record<IgnoreKind, string>> = {
  vcs: '.gitignore files',
  dot: '.ignore and .rgignore files',
  exclude: '.git/info/exclude',
};

function noticeOf(root: SearchedRoot, odd: readonly OddIgnoreFile[]): string | null {
  if (odd.length === 0) return null;
  const kinds = [...new Set(odd.map(({ kind }) => kindNames[kind]))];
  const named = odd
    .slice(0, mostNamed)
    .map(({ path, what }) => `${printableName(path)} is ${what}`);
  const more = odd.length > mostNamed ? `, and ${odd.length - mostNamed} more` : '';
  return `In ${printableName(root.name)} the rules of ${kinds.join(' and ')} do not count, so that files show which they would hide: ${named.join(', ')}${more}.`;
}
