import { searchScope } from '../listing/scopeOf';
import { admits, type Scope, walk } from '../listing/walk';
import { judged, type LinkJudge } from '../policy/linkJudge';
import { secretLinksIn } from '../policy/secretLinks';
import { rgPath } from '../programs/rgPath';
import type { GrepQuery, GrepResult, RepositoryPath } from '../repository';
import { type UnsavedText, visibleUnsaved } from '../text/unsaved';
import type { Workspace } from '../workspace';
import { FoundLines } from './foundLines';
import { throughFirstSubmatch } from './grepEvents';
import { withEngine } from './pattern';
import { Records } from './records';

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
    return judged(workspace, signal, (judge) =>
      search(workspace, scope, unsaved, args, query.maxCount, judge, signal),
    );
  });
  const leftOut = secretLinksIn(workspace, scope);
  return { ...found.result(), ...(leftOut.length > 0 ? { leftOut } : {}) };
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
  judge: LinkJudge,
  signal: AbortSignal,
): Promise<Attempt> {
  const found = new FoundLines(maxCount);
  let failed = false;
  for (const editor of unsaved.values()) {
    const records = new Records(0x0a, throughFirstSubmatch);
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
  await walk(workspace, scope, signal, async (root, walking, readable) => {
    const records = new Records(0x0a, throughFirstSubmatch);
    const pathOf = (bytes: Buffer): RepositoryPath | null => {
      const relative = rgPath(bytes);
      const path = root.prefix + relative;
      if (unsaved.has(path) || !admits(workspace, root, scope, relative)) return null;
      if (!judge.shows({ root, relative })) return null;
      workspace.seen.add(path);
      return path;
    };
    const { exitCode } = await workspace.ripgrep.run({
      args: [...walking, `--max-filesize=${workspace.maxFileSize}`, ...args, '--', './'],
      cwd: root.folder,
      readable,
      signal,
      onData: (chunk) =>
        records.push(chunk, (record) => found.add(record, pathOf)) && !judge.isPuzzled,
    });
    failed ||= exitCode === 2;
    return !found.truncated && !failed && !judge.isPuzzled;
  });
  return { found, failed };
}
