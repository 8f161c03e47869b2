import { type Located, locateFile, shown } from '../listing/locate';
import { RepositoryError, type RepositoryPath } from '../repository';
import { decodeLines } from '../text/decodeText';
import { readBytes } from '../text/readText';
import { Turns } from '../text/turns';
import { unsavedIn } from '../text/unsaved';
import type { Workspace } from '../workspace';
import { GitRepository } from './gitRepository';
import { objectId, type Scratch, type TreeFile } from './scratch';
import { commitFiles, pathBytes, WorkTree, withUnixLineEnds } from './workTree';

/** Who last changed each line, as `Repository.gitBlame` says; unsaved text counts as not committed. */
export async function gitBlame(
  workspace: Workspace,
  path: RepositoryPath,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<string> {
  if (end < start) {
    throw new RepositoryError(
      'bad-argument',
      `The last line (${end}) is before the first (${start}).`,
    );
  }
  const located = await locateFile(workspace, path, signal);
  const repository = await GitRepository.open(workspace, located.root, signal);
  const what = `Git can't blame ${shown(path)}`;
  if (!repository.hasCommits) {
    throw new RepositoryError('bad-argument', `${what}: there are no commits yet.`);
  }
  const head = await repository.findCommit('HEAD');
  if (head === null) throw repository.error(what, { kind: 'objects' });
  await using scratch = await repository.data.scratch();
  const top = await uncommitted(workspace, repository, located, head, scratch, signal);
  const args = ['blame', '--no-progress', '--date=short', '-L', `${start},${end}`, top ?? head];
  const result = await repository.run({ args, paths: [bytesOf(repository, located)], scratch });
  if (!result.ok) throw repository.error(what, result.failure);
  const text = decodeLines(result.stdout) + (result.cut ? '… (cut; ask for fewer lines)\n' : '');
  return top === null ? text : text.replaceAll(/^[0-9a-f]+/gm, (id) => zeros(id, top));
}

function bytesOf(repository: GitRepository, { relative }: Located): Buffer {
  return Buffer.from(pathBytes(repository.path(relative)), 'latin1');
}

/** Git writes zeros for what is not committed. */
function zeros(id: string, top: string): string {
  return id.length >= 7 && top.startsWith(id) ? '0'.repeat(id.length) : id;
}

/**
 * A commit of Fathom's own, on top of the last one, with the file as it is now; null if the file has not changed. Git
 * itself would read the file through programs that the repository may name.
 */
async function uncommitted(
  workspace: Workspace,
  repository: GitRepository,
  located: Located,
  head: string,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<string | null> {
  const { idLength } = repository.data.refs;
  const path = pathBytes(repository.path(located.relative));
  const old =
    (await commitFiles(repository, head, repository.pathspecs(located.relative))).get(path) ?? null;
  const unsaved = unsavedIn(workspace, { at: located, glob: null }).get(located.path);
  const content = unsaved ? Buffer.from(unsaved.text) : await readBytes(workspace, located, signal);
  if (old !== null && objectId('blob', content, idLength) === old.id) return null;

  const workTree = new WorkTree(workspace, repository, '');
  if (old === null && !workTree.isTracked(path)) {
    throw repository.error(`Git can't blame ${shown(located.path)}`, { kind: 'path' });
  }
  const state = await workTree.state(path, located.relative, old, new Turns(signal), signal);
  const now = state.kind === 'known' ? state.file : null;
  if (now !== null && now.id === old?.id) return null;
  const id = await scratch.write('blob', await asCommitted(repository, content, old));
  if (id === old?.id) return null;
  const file: TreeFile = { mode: old?.mode ?? '100644', id };
  const files = new Map([[path, file]]);
  // For a file of the last commit, Git looks at nothing else. Another file may have been renamed, so files that are
  // gone must be missing.
  if (old === null) {
    for (const [name, committed] of await commitFiles(repository, head, [])) {
      if (workTree.isTracked(name)) files.set(name, committed);
    }
  }
  const parents = [head, ...(repository.data.refs.others.get('MERGE_HEAD') ?? [])];
  return scratch.write('commit', commitText(await scratch.writeTree(files), parents));
}

/** A commit like the one that Git's own blame makes up. */
function commitText(tree: string, parents: readonly string[]): Buffer {
  const now = new Date();
  const minutes = -now.getTimezoneOffset();
  const digits = [Math.abs(minutes) / 60, Math.abs(minutes) % 60].map((part) =>
    String(Math.trunc(part)).padStart(2, '0'),
  );
  const zone = `${minutes < 0 ? '-' : '+'}${digits.join('')}`;
  const who = `Not Committed Yet <not.committed.yet> ${Math.trunc(now.getTime() / 1000)} ${zone}`;
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)];
  return Buffer.from(
    [...lines, `author ${who}`, `committer ${who}`, '', 'uncommitted\n'].join('\n'),
  );
}

/** Undoes the line ends of Windows, so that not every line counts as changed. */
async function asCommitted(
  repository: GitRepository,
  content: Buffer,
  old: TreeFile | null,
): Promise<Buffer> {
  if (old === null || !content.includes('\r\n')) return content;
  const committed = await repository.run({ args: ['cat-file', 'blob', old.id] });
  return committed.ok && !committed.stdout.includes('\r\n') ? withUnixLineEnds(content) : content;
}
