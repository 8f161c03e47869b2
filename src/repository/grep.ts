import { cutLine } from './cutLine';
import { beginPath, type EventLines, eventLines, grepEventType } from './grepEvents';
import { countCodePoints } from './lines';
import { withEngine } from './pattern';
import { Records } from './records';
import type { GrepMatch, GrepQuery, GrepResult, RepositoryPath } from './repository';
import { rgPath } from './rgPath';
import { searchScope } from './scopeOf';
import { type UnsavedText, visibleUnsaved } from './unsaved';
import { admits, type Scope, walk } from './walk';
import type { Workspace } from './workspace';

/** Searches the repository's lines, as `Repository.grep` says. */
export async function grep(
  workspace: Workspace,
  query: GrepQuery,
  signal: AbortSignal,
): Promise<GrepResult> {
  const scope = await searchScope(workspace, query.path, query.glob, signal);
  const unsaved = await visibleUnsaved(workspace, scope, signal);
  const context = [`--before-context=${query.before}`, `--after-context=${query.after}`];
  const { found } = await withEngine(workspace, query, signal, async (pattern) => {
    const args = ['--json', ...context, ...pattern];
    return search(workspace, scope, unsaved, args, query.maxCount, signal);
  });
  return found.result();
}

interface Attempt {
  readonly found: FoundLines;
  readonly failed: boolean;
}

async function search(
  workspace: Workspace,
  scope: Scope,
  unsaved: ReadonlyMap<string, UnsavedText>,
  args: readonly string[],
  maxCount: number,
  signal: AbortSignal,
): Promise<Attempt> {
  const found = new FoundLines(maxCount);
  let failed = false;
  for (const editor of unsaved.values()) {
    const records = new Records(0x0a);
    const { exitCode } = await workspace.ripgrep.run({
      args: [...args, '--', '-'],
      cwd: editor.root.folder,
      signal,
      input: editor.text,
      onData: (chunk) => records.push(chunk, (record) => found.add(record, () => editor.path)),
    });
    failed ||= exitCode === 2;
    if (found.truncated || failed) return { found, failed };
  }
  await walk(workspace, scope, signal, async (root, walking) => {
    const records = new Records(0x0a);
    const pathOf = (bytes: Buffer): RepositoryPath | null => {
      const relative = rgPath(bytes);
      const path = root.prefix + relative;
      if (unsaved.has(path) || !admits(workspace, root, scope, relative)) return null;
      workspace.seen.add(path);
      return path;
    };
    const { exitCode } = await workspace.ripgrep.run({
      args: [...walking, `--max-filesize=${workspace.maxFileSize}`, ...args, '--', './'],
      cwd: root.folder,
      signal,
      onData: (chunk) => records.push(chunk, (record) => found.add(record, pathOf)),
    });
    failed ||= exitCode === 2;
    return !found.truncated && !failed;
  });
  return { found, failed };
}

/** Collects ripgrep's events until there are enough matches. */
class FoundLines {
  readonly #maxCount: number;
  readonly #lines: GrepMatch[] = [];
  /** The file whose events are coming in; null when it is passed over. */
  #path: RepositoryPath | null = null;
  #total = 0;
  #truncated = false;

  constructor(maxCount: number) {
    this.#maxCount = maxCount;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  /** Takes one event; false when no more are wanted. `pathOf` says null for a file to pass over. */
  add(record: Buffer, pathOf: (bytes: Buffer) => RepositoryPath | null): boolean {
    const type = grepEventType(record);
    if (type === 'begin') {
      this.#path = pathOf(beginPath(record));
    } else if (type === 'end') {
      this.#path = null;
    } else if (type !== null && this.#path !== null) {
      if (type === 'match') this.#total += 1;
      this.#truncated = this.#total > this.#maxCount;
      if (!this.#truncated) this.#lines.push(grepMatch(this.#path, type, eventLines(record)));
    }
    return !this.#truncated;
  }

  result(): GrepResult {
    const matches = this.#lines.sort((a, b) =>
      a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1,
    );
    return { matches, total: this.#total, truncated: this.#truncated };
  }
}

function grepMatch(
  path: RepositoryPath,
  type: 'match' | 'context',
  { text, line, start }: EventLines,
): GrepMatch {
  // The byte order mark is no character of the first line.
  const mark = line === 1 && text.startsWith('\uFEFF') ? 1 : 0;
  const focus = Math.max(0, start - mark);
  const clean = text.slice(mark).replaceAll('\r\n', '\n').replace(/\n$/, '');
  const column = type === 'match' ? countCodePoints(text.slice(mark, mark + focus)) + 1 : 0;
  return { path, line, column, text: cutLine(clean, focus) };
}
