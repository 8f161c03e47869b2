import { searchScope } from '../listing/scopeOf';
import { admits, type Scope, walk } from '../listing/walk';
import { judged, type LinkJudge } from '../policy/linkJudge';
import { rgPath } from '../programs/rgPath';
import type { CountQuery, RepositoryPath } from '../repository';
import { type UnsavedText, visibleUnsaved } from '../text/unsaved';
import type { Workspace } from '../workspace';
import { withEngine } from './pattern';
import { Records } from './records';

/** Counts matching lines per file, as `Repository.count` says. */
export async function count(
  workspace: Workspace,
  query: CountQuery,
  signal: AbortSignal,
): Promise<ReadonlyMap<RepositoryPath, number>> {
  const scope = await searchScope(workspace, query.path, query.glob, signal);
  const unsaved = await visibleUnsaved(workspace, scope, signal);
  const { counts } = await withEngine(workspace, query, signal, (pattern) =>
    judged(workspace, signal, (judge) => search(workspace, scope, unsaved, pattern, judge, signal)),
  );
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function search(
  workspace: Workspace,
  scope: Scope,
  unsaved: ReadonlyMap<string, UnsavedText>,
  pattern: readonly string[],
  judge: LinkJudge,
  signal: AbortSignal,
): Promise<{ readonly counts: Map<RepositoryPath, number>; readonly failed: boolean }> {
  const counts = new Map<RepositoryPath, number>();
  const args = ['--count', '--with-filename', '--null', ...pattern];
  let failed = false;
  for (const editor of unsaved.values()) {
    const { exitCode } = await workspace.ripgrep.run({
      args: [...args, '--', '-'],
      cwd: editor.root.folder,
      signal,
      input: editor.text,
      onData: countsInto((_path, lines) => counts.set(editor.path, lines)),
    });
    failed ||= exitCode === 2;
  }
  if (failed) return { counts, failed };
  await walk(workspace, scope, signal, async (root, walking, readable) => {
    const { exitCode } = await workspace.ripgrep.run({
      args: [...walking, `--max-filesize=${workspace.maxFileSize}`, ...args, '--', './'],
      cwd: root.folder,
      readable,
      signal,
      onData: countsInto((bytes, lines) => {
        const relative = rgPath(bytes);
        const path = root.prefix + relative;
        if (unsaved.has(path) || !admits(workspace, root, scope, relative)) return;
        if (!judge.shows({ root, relative })) return;
        workspace.seen.add(path);
        counts.set(path, lines);
      }),
    });
    failed ||= exitCode === 2;
    return !failed && !judge.isPuzzled;
  });
  return { counts, failed };
}

/** Reads `path NUL number newline`. */
function countsInto(use: (path: Buffer, lines: number) => void): (chunk: Buffer) => boolean {
  const records = new Records(0);
  let path: Buffer | null = null;
  return (chunk) =>
    records.push(chunk, (record) => {
      if (path === null) {
        path = record;
        records.end = 0x0a;
      } else {
        use(path, Number(record.toString('latin1')));
        path = null;
        records.end = 0;
      }
      return true;
    });
}
