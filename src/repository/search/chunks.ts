import { isAscii } from 'node:buffer';
import type { BigIntStats } from 'node:fs';
import { sortedFiles } from '../listing/files';
import { compileGlob } from '../listing/glob';
import { locateFile } from '../listing/locate';
import { everything } from '../listing/walk';
import { secretBehind } from '../policy/secretLinks';
import type { ChunkPiece, ChunkPlan, RepositoryPath } from '../repository';
import { readCheckedSync } from '../text/checkedFile';
import { decodeText, normalizeText } from '../text/decodeText';
import { countCodePoints } from '../text/lines';
import { absolutePath } from '../text/pathCodec';
import { Turns } from '../text/turns';
import { type UnsavedText, visibleUnsaved } from '../text/unsaved';
import { type RootedPath, rootOf, type Workspace } from '../workspace';

/** Plans prompt-sized pieces, as `Repository.chunks` says. Holds one file's text at a time. */
export async function chunks(
  workspace: Workspace,
  selection: { readonly paths: readonly RepositoryPath[] } | { readonly glob: string },
  maxChars: number,
  signal: AbortSignal,
): Promise<readonly ChunkPlan[]> {
  const unsaved = await visibleUnsaved(workspace, everything, signal);
  const plan = new Plan(maxChars);
  const turns = new Turns(signal);
  for (const file of await selected(workspace, selection, signal)) {
    const lengths = await lineLengths(workspace, file, unsaved.get(file.path), signal);
    if (lengths !== null) plan.add(file.path, lengths);
    if (turns.over) await turns.turn();
  }
  return plan.finish();
}

interface SelectedFile extends RootedPath {
  readonly path: RepositoryPath;
}

async function selected(
  workspace: Workspace,
  selection: { readonly paths: readonly RepositoryPath[] } | { readonly glob: string },
  signal: AbortSignal,
): Promise<Iterable<SelectedFile>> {
  if ('glob' in selection) {
    const scope = { at: null, glob: compileGlob(selection.glob) };
    const found = await sortedFiles(workspace, scope, signal);
    return found;
  }
  // A path given twice, or in two spellings, is read once.
  const files = new Map<RepositoryPath, SelectedFile>();
  for (const path of selection.paths) {
    // Paths that ripgrep has just shown need no second check: thousands may come from `files()`.
    const known = workspace.seen.has(path) ? rootOf(workspace, path) : null;
    const file = known === null ? await locateFile(workspace, path, signal) : { ...known, path };
    files.set(file.path, file);
  }
  return files.values();
}

/** The characters of each line, with its end; null for a file without text. */
async function lineLengths(
  workspace: Workspace,
  file: SelectedFile,
  unsaved: UnsavedText | undefined,
  signal: AbortSignal,
): Promise<readonly number[] | null> {
  if (unsaved !== undefined) return lengthsOfText(normalizeText(unsaved.text));
  const bytes = await readSmall(workspace, file, signal);
  if (bytes === null || bytes.length === 0) return null;
  // Most sources are ASCII and need no decoding.
  if (isAscii(bytes) && !bytes.includes(0)) return lengthsOfAscii(bytes);
  const text = decodeText(bytes);
  return text === null ? null : lengthsOfText(text);
}

/**
 * The bytes of a regular file that is neither too large nor a secret one under another name; null for anything else,
 * including links.
 */
async function readSmall(
  workspace: Workspace,
  file: SelectedFile,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const absolute = absolutePath(file.root.folder, file.relative);
  if (absolute === null) return null;
  let linked: BigIntStats | null = null;
  const bytes = readOrNull(absolute, workspace.maxFileSize, (found) => {
    if (found.nlink > 1n) linked = found;
  });
  // Fast for nearly all files, which have one name.
  if (linked === null || bytes === null) return bytes;
  return (await secretBehind(workspace, file, signal, linked)) === null ? bytes : null;
}

function readOrNull(
  absolute: string | Buffer,
  mostBytes: number,
  look: (found: BigIntStats) => void,
): Buffer | null {
  try {
    return readCheckedSync(absolute, mostBytes, look);
  } catch {
    // It was deleted, denied, replaced or has grown since it was listed, so there is no text to plan for.
    return null;
  }
}

function lengthsOfAscii(bytes: Buffer): readonly number[] {
  const lengths: number[] = [];
  for (let start = 0; start < bytes.length; ) {
    const at = bytes.indexOf(0x0a, start);
    const end = at < 0 ? bytes.length : at + 1;
    const carriageReturn = at > start && bytes[at - 1] === 0x0d ? 1 : 0;
    lengths.push(end - start - carriageReturn);
    start = end;
  }
  return lengths;
}

function lengthsOfText(text: string): readonly number[] {
  const lengths: number[] = [];
  for (let start = 0; start < text.length; ) {
    const at = text.indexOf('\n', start);
    const end = at < 0 ? text.length : at + 1;
    lengths.push(countCodePoints(text.slice(start, end)));
    start = end;
  }
  return lengths;
}

/** Fills one chunk after the other. Splits a file only if it is larger than a whole chunk. */
class Plan {
  readonly #maxChars: number;
  readonly #chunks: ChunkPlan[] = [];
  #pieces: ChunkPiece[] = [];
  #chars = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  add(path: RepositoryPath, lineLengths: readonly number[]): void {
    const whole = lineLengths.reduce((sum, length) => sum + length, 0);
    if (this.#chars + whole > this.#maxChars) this.#close();
    let start = 1;
    let chars = 0;
    for (const [index, length] of lineLengths.entries()) {
      if (chars > 0 && chars + length > this.#maxChars) {
        this.#put({ path, start, end: index }, chars);
        this.#close();
        start = index + 1;
        chars = 0;
      }
      chars += length;
    }
    if (chars > 0) this.#put({ path, start, end: lineLengths.length }, chars);
  }

  finish(): readonly ChunkPlan[] {
    this.#close();
    return this.#chunks;
  }

  #put(piece: ChunkPiece, chars: number): void {
    this.#pieces.push(piece);
    this.#chars += chars;
  }

  #close(): void {
    if (this.#pieces.length > 0) this.#chunks.push({ pieces: this.#pieces, chars: this.#chars });
    this.#pieces = [];
    this.#chars = 0;
  }
}
