import { cutLine } from './cutLine';
import { binaryProbeBytes, decodeFragment, normalizeText } from './decodeText';
import { type GrepEvent, grepEventType, parseGrepEvent } from './grepEvents';
import { countCodePoints } from './lines';
import { withEngine } from './pattern';
import { Records } from './records';
import type { GrepMatch, GrepQuery, GrepResult, RepositoryPath } from './repository';
import { rgPath } from './rgPath';
import { scopeOf } from './scopeOf';
import { type UnsavedText, visibleUnsaved } from './unsaved';
import { admits, type Scope, walk } from './walk';
import type { Workspace } from './workspace';

/** Searches the repository's lines, as `Repository.grep` says. */
export async function grep(
  workspace: Workspace,
  query: GrepQuery,
  signal: AbortSignal,
): Promise<GrepResult> {
  const scope = await scopeOf(workspace, query.path, query.glob, signal);
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
  readonly #done: GrepMatch[] = [];
  /** Lines of the file whose events are coming in. */
  #current: GrepMatch[] = [];
  #path: RepositoryPath | null = null;
  #total = 0;
  /** Matches in the current file. */
  #pending = 0;
  truncated = false;

  constructor(maxCount: number) {
    this.#maxCount = maxCount;
  }

  /** Takes one event; false when no more are wanted. `pathOf` says null for a file to pass over. */
  add(record: Buffer, pathOf: (bytes: Buffer) => RepositoryPath | null): boolean {
    const type = grepEventType(record);
    if (type === null || (this.#path === null && type !== 'begin')) return true;
    if (type === 'match' && this.#total + this.#pending >= this.#maxCount) {
      this.truncated = true;
      this.#pending += 1;
      this.#finishFile();
      return false;
    }
    const event = parseGrepEvent(type, record);
    switch (event.type) {
      case 'begin':
        this.#path = pathOf(event.path);
        break;
      case 'match':
      case 'context':
        this.#addLine(event);
        break;
      case 'end':
        if (event.binaryOffset !== null && event.binaryOffset < binaryProbeBytes) this.#dropFile();
        this.#finishFile();
        break;
    }
    return true;
  }

  result(): GrepResult {
    const matches = this.#done.sort((a, b) =>
      a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1,
    );
    return { matches, total: this.#total, truncated: this.truncated };
  }

  #addLine(event: Extract<GrepEvent, { type: 'match' | 'context' }>): void {
    if (this.#path === null) return;
    const match = event.type === 'match';
    if (match) this.#pending += 1;
    const { text, column, focus } = lineText(event.lines, event.line, match ? event.offset : 0);
    this.#current.push({
      path: this.#path,
      line: event.line,
      column: match ? column : 0,
      text: cutLine(text, focus),
    });
  }

  #dropFile(): void {
    this.#current = [];
    this.#pending = 0;
  }

  #finishFile(): void {
    for (const line of this.#current) this.#done.push(line);
    this.#total += this.#pending;
    this.#current = [];
    this.#pending = 0;
    this.#path = null;
  }
}

/** A line without mark and end, and where in it a byte offset is. */
function lineText(
  bytes: Buffer,
  line: number,
  offset: number,
): { readonly text: string; readonly column: number; readonly focus: number } {
  const whole = decodeFragment(bytes);
  const text = (line === 1 ? normalizeText(whole) : whole.replaceAll('\r\n', '\n')).replace(
    /\n$/,
    '',
  );
  const before = decodeFragmentLike(bytes, whole, offset);
  const marked = line === 1 && whole.startsWith('\uFEFF') ? 1 : 0;
  const focus = Math.max(0, before.length - marked);
  return { text, column: Math.max(0, countCodePoints(before) - marked) + 1, focus };
}

/** The text before a byte offset, decoded as the whole was. */
function decodeFragmentLike(bytes: Buffer, whole: string, offset: number): string {
  // One character per byte: ASCII, or a legacy encoding.
  if (whole.length === bytes.length) return whole.slice(0, offset);
  return bytes.toString('utf8', 0, offset);
}
