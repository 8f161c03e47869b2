import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../ground/fileFailure';
import type { Turns } from '../text/turns';
import type { GitFolder } from './findGitFolder';
import { kindOf, lookAt, quoted, readPlainFile, refused } from './plainFile';

/** The refs of a repository, read and checked by Fathom. One character of a name is one byte. */
export interface Refs {
  /** What is checked out. */
  readonly head: Head;
  /** The ids by full names. */
  readonly ids: ReadonlyMap<string, string>;
  /** Refs that Git keeps of the last operations, such as `ORIG_HEAD`. */
  readonly others: ReadonlyMap<string, readonly string[]>;
  /** Hexadecimal digits of an id: 40 for SHA-1, 64 for SHA-256. */
  readonly idLength: 40 | 64;
}

type Head =
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'detached'; readonly id: string };

/** The most refs of a repository, in bytes and in number. */
const packedLimit = 256 * 1024 * 1024;
const countLimit = 1_000_000;
const refFileLimit = 64 * 1024;
const otherLimit = 4 * 1024 * 1024;
const depthLimit = 64;

const otherNames = ['ORIG_HEAD', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'FETCH_HEAD'];

/** @throws {RepositoryError} `not-a-git-repository` for anything that Git would not have written. */
export async function readRefs(
  folder: GitFolder | Pick<GitFolder, 'own' | 'common'>,
  turns: Turns,
): Promise<Refs> {
  const { own, common } = folder;
  if (lookAt(join(common, 'reftable'), 'reftable') !== null) {
    throw refused('it keeps its refs in the format reftable, which Fathom does not read');
  }
  const loose = await looseRefs(common, turns);
  const packed = packedRefs(common);
  const head = parseRef(readPlainFile(join(own, 'HEAD'), 'HEAD', refFileLimit));
  if (head === null || (head.kind === 'symbolic' && !isRefName(head.name))) {
    throw refused('HEAD in it names no branch and no commit');
  }
  const ids = new Map(packed);
  for (const [name, value] of loose) {
    const id = resolveRef(value, loose, packed);
    if (id !== null) ids.set(name, id);
    else ids.delete(name);
  }
  if (head.kind === 'id') return finish(own, { kind: 'detached', id: head.id }, head.id, ids);
  const name = targetName(head.name, loose);
  if (loose.has(name) && !ids.has(name)) throw refused(`${quoted(name)} in it is damaged`);
  return finish(own, { kind: 'branch', name }, ids.get(name), ids);
}

type RefValue =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'symbolic'; readonly name: string };

function finish(
  own: string,
  head: Head,
  headId: string | undefined,
  ids: Map<string, string>,
): Refs {
  const [first] = ids.values();
  const idLength = (headId ?? first)?.length === 64 ? 64 : 40;
  for (const [name, id] of ids) if (id.length !== idLength) ids.delete(name);
  const others = new Map<string, readonly string[]>();
  for (const name of otherNames) {
    const bytes = readPlainFile(join(own, name), name, otherLimit);
    const found = (bytes?.toString('latin1') ?? '').split('\n').flatMap((line) => {
      const id = /^[0-9a-f]+(?=\s|$)/.exec(line)?.[0];
      return id?.length === idLength ? [id] : [];
    });
    if (found.length > 0) others.set(name, found);
  }
  return { head, ids, others, idLength };
}

/** The refs with a file of their own. Files with other names are skipped, as by Git. */
async function looseRefs(
  common: string,
  turns: Turns,
): Promise<ReadonlyMap<string, RefValue | null>> {
  const found = new Map<string, RefValue | null>();
  const waiting = [{ name: 'refs', depth: 0 }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (folder.depth > depthLimit) throw refused('the folders of its refs are too deep');
    for (const entry of entriesOf(common, folder.name)) {
      const name = `${folder.name}/${entry.name}`;
      // Replacements of objects are not followed.
      if (name === 'refs/replace') continue;
      if (entry.isDirectory()) waiting.push({ name, depth: folder.depth + 1 });
      else if (entry.isFile()) {
        if (!isRefName(name)) continue;
        const bytes = readPlainFile(bytePath(common, name), name, refFileLimit);
        if (bytes !== null) found.set(name, parseRef(bytes));
      } else throw refused(`${quoted(name)} in it is ${kindOf(entry)}, not a file`);
      if (found.size + waiting.length > countLimit) throw tooMany();
      if (turns.over) await turns.turn();
    }
  }
  return found;
}

function entriesOf(common: string, name: string): readonly Dirent[] {
  const path = bytePath(common, name);
  const folder = lookAt(path, name);
  if (folder === null) return [];
  if (!folder.isDirectory())
    throw refused(`${quoted(name)} in it is ${kindOf(folder)}, not a folder`);
  try {
    return readdirSync(path, { withFileTypes: true, encoding: 'latin1' });
  } catch (error) {
    throw refused(`${quoted(name)} in it can't be read (${errorCode(error) ?? 'no reason given'})`);
  }
}

/** The path of a ref for `node:fs`. A name has one character for each byte. */
function bytePath(common: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${common}/`, 'utf8'), Buffer.from(name, 'latin1')]);
}

function packedRefs(common: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const bytes = readPlainFile(join(common, 'packed-refs'), 'packed-refs', packedLimit);
  if (bytes === null) return found;
  for (let start = 0; start < bytes.length; ) {
    const at = bytes.indexOf(0x0a, start);
    const end = at < 0 ? bytes.length : at;
    const line = bytes.toString('latin1', start, end);
    start = end + 1;
    // "#" begins a comment, "^" the commit of the tag above, which Git finds by itself.
    if (line.startsWith('#') || line.startsWith('^') || line === '') continue;
    const space = line.indexOf(' ');
    const [id, name] = [line.slice(0, space), line.slice(space + 1).replace(/\r$/, '')];
    if (!isId(id)) throw refused('"packed-refs" in it is damaged');
    if (isRefName(name) && !name.startsWith('refs/replace/')) found.set(name, id);
    if (found.size > countLimit) throw tooMany();
  }
  return found;
}

/** Null for anything but an id or the name of another ref. */
function parseRef(bytes: Buffer | null): RefValue | null {
  const text = bytes?.toString('latin1') ?? '';
  const name = /^ref:\s*([^\s]+)\s*$/.exec(text)?.[1];
  if (name !== undefined) return { kind: 'symbolic', name };
  const id = /^([0-9a-f]+)(?:\s|$)/i.exec(text)?.[1]?.toLowerCase();
  return id !== undefined && isId(id) ? { kind: 'id', id } : null;
}

function isId(text: string): boolean {
  return (text.length === 40 || text.length === 64) && /^[0-9a-f]+$/.test(text);
}

/** Git follows symbolic refs five times (SYMREF_MAXDEPTH in refs.h). */
const symbolicDepth = 5;

/** The ref at the end of a chain of symbolic ones. */
function targetName(name: string, loose: ReadonlyMap<string, RefValue | null>): string {
  let at = name;
  for (let depth = 0; depth < symbolicDepth; depth += 1) {
    const value = loose.get(at);
    if (value?.kind !== 'symbolic' || !isRefName(value.name)) break;
    at = value.name;
  }
  return at;
}

function resolveRef(
  value: RefValue | null,
  loose: ReadonlyMap<string, RefValue | null>,
  packed: ReadonlyMap<string, string>,
): string | null {
  if (value?.kind !== 'symbolic') return value?.id ?? null;
  const name = targetName(value.name, loose);
  const end = loose.get(name);
  if (end?.kind === 'id') return end.id;
  return end === undefined ? (packed.get(name) ?? null) : null;
}

function tooMany() {
  return refused(`it has over ${countLimit} refs`);
}

/**
 * Whether Git accepts this as the full name of a ref below `refs/` (git-check-ref-format). One character is one byte.
 */
export function isRefName(name: string): boolean {
  if (!name.startsWith('refs/') || name.length > 1024) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what Git refuses.
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\.$/.test(name)) return false;
  return name
    .split('/')
    .every((part) => part !== '' && !part.startsWith('.') && !part.toLowerCase().endsWith('.lock'));
}
