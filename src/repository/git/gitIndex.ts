import { refused } from './plainFile';

/** A tracked file in Git's index. */
export interface IndexEntry {
  /** Relative to the top of the work tree; one character is one byte. */
  readonly path: string;
  /** Octal: `100644`, `100755`, `120000`, `160000`; `40000` for a folder that was not checked out. */
  readonly mode: string;
  readonly id: string;
  /** True for both sides of a conflict. */
  readonly unmerged: boolean;
  /** True when the user told Git not to look at the file in the work tree. */
  readonly notLookedAt: boolean;
  /** The file's status when it was last the same as `id`; times in nanoseconds. */
  readonly seen: FileStamp;
}

interface FileStamp {
  readonly mtime: bigint;
  readonly ctime: bigint;
  /** The lower 32 bits. */
  readonly ino: number;
  /** The lower 32 bits. */
  readonly size: number;
}

/**
 * Reads an index (gitformat-index, versions 2 to 4), which may be hostile.
 * @param idLength hexadecimal digits of an id.
 * @param wanted which paths to keep.
 * @throws {RepositoryError} `not-a-git-repository` when Git would not have written it.
 */
export function parseIndex(
  bytes: Buffer,
  idLength: number,
  wanted: (path: string) => boolean,
): readonly IndexEntry[] {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'DIRC') throw damaged();
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) throw refused(`its index has the unknown version ${version}`);
  const count = bytes.readUInt32BE(8);
  const idBytes = idLength / 2;
  const entries: IndexEntry[] = [];
  let at = 12;
  let path = '';
  let isNameless = false;
  for (let index = 0; index < count; index += 1) {
    const start = at;
    const flagsAt = start + 40 + idBytes;
    if (flagsAt + 4 > bytes.length) throw damaged();
    const flags = bytes.readUInt16BE(flagsAt);
    const isExtended = version >= 3 && (flags & 0x4000) !== 0;
    const more = isExtended ? bytes.readUInt16BE(flagsAt + 2) : 0;
    let nameAt = flagsAt + (isExtended ? 4 : 2);
    let kept = '';
    if (version === 4) {
      const strip = variableInteger(bytes, nameAt);
      if (strip.value > path.length) throw damaged();
      kept = path.slice(0, path.length - strip.value);
      nameAt = strip.end;
    }
    const nameEnd = bytes.indexOf(0, nameAt);
    if (nameEnd < 0) throw damaged();
    path = kept + bytes.toString('latin1', nameAt, nameEnd);
    at = version === 4 ? nameEnd + 1 : start + ((nameEnd - start + 8) & ~7);
    const isFolder = path.endsWith('/');
    // In a split index an entry without a name replaces one of the other file.
    isNameless ||= path === '';
    if (path !== '' && !isInside(isFolder ? path.slice(0, -1) : path)) throw damaged();
    if (!wanted(path)) continue;
    entries.push({
      path,
      mode: bytes.readUInt32BE(start + 24).toString(8),
      id: bytes.toString('hex', start + 40, flagsAt),
      unmerged: (flags & 0x3000) !== 0,
      notLookedAt: (flags & 0x8000) !== 0 || (more & 0x4000) !== 0,
      seen: {
        ctime: nanoseconds(bytes, start),
        mtime: nanoseconds(bytes, start + 8),
        ino: bytes.readUInt32BE(start + 20),
        size: bytes.readUInt32BE(start + 36),
      },
    });
  }
  refuseSplit(bytes, at, idBytes);
  if (isNameless) throw damaged();
  return entries;
}

/** An extension "link" says that most entries are in another file. */
function refuseSplit(bytes: Buffer, end: number, idBytes: number): void {
  for (let at = end; at + 8 <= bytes.length - idBytes; at += 8 + bytes.readUInt32BE(at + 4)) {
    if (bytes.toString('latin1', at, at + 4) !== 'link') continue;
    throw refused(
      'its index is split in two files, which Fathom does not read; "git update-index --no-split-index" joins them',
    );
  }
}

/** As for offsets in a pack: seven bits per byte, the highest first, plus one for each byte but the last. */
function variableInteger(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start; at < Math.min(bytes.length, start + 5); at += 1) {
    const byte = bytes.readUInt8(at);
    value = (at === start ? 0 : (value + 1) * 128) + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw damaged();
}

function nanoseconds(bytes: Buffer, at: number): bigint {
  return BigInt(bytes.readUInt32BE(at)) * 1_000_000_000n + BigInt(bytes.readUInt32BE(at + 4));
}

/** Whether a path stays in the work tree and out of its Git folder, on any system. */
function isInside(path: string): boolean {
  if (process.platform === 'win32' && /[\\:]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && !/^(\.\.?|\.git)$/i.test(part));
}

function damaged() {
  return refused('its index is damaged; "git status" says more');
}
