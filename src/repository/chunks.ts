import { isAscii } from 'node:buffer';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { regularFileOnly } from '../ground/readRegularFile';
import { decodeText, normalizeText } from './decodeText';
import { sortedFiles } from './files';
import { compileGlob } from './glob';
import { countCodePoints } from './lines';
import { locateFile } from './locate';
import { absolutePath } from './pathCodec';
import type { ChunkPiece, ChunkPlan, RepositoryPath } from './repository';
import { Turns } from './turns';
import { type UnsavedText, visibleUnsaved } from './unsaved';
import { everything } from './walk';
import { rootOf, type Workspace } from './workspace';

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
  for (const { path, absolute } of await selected(workspace, selection, signal)) {
    const lengths = lineLengths(workspace, absolute, unsaved.get(path));
    if (lengths !== null) plan.add(path, lengths);
    if (turns.over) await turns.turn();
  }
  return plan.finish();
}

interface SelectedFile {
  readonly path: RepositoryPath;
  readonly absolute: string | Buffer | null;
}

async function selected(
  workspace: Workspace,
  selection: { readonly paths: readonly RepositoryPath[] } | { readonly glob: string },
  signal: AbortSignal,
): Promise<Iterable<SelectedFile>> {
  if ('glob' in selection) {
    const scope = { at: null, glob: compileGlob(selection.glob) };
    const found = await sortedFiles(workspace, scope, signal);
    return found.map(({ root, relative, path }) => ({
      path,
      absolute: absolutePath(root.folder, relative),
    }));
  }
  // A path may be given twice, or in two spellings; it is read once.
  const files = new Map<RepositoryPath, SelectedFile>();
  for (const path of selection.paths) {
    // What ripgrep has just shown needs no second look; thousands of paths come from `files()`.
    const known = workspace.seen.has(path) ? rootOf(workspace, path) : null;
    const file =
      known === null
        ? await locateFile(workspace, path, signal)
        : { path, absolute: absolutePath(known.root.folder, known.relative) };
    files.set(file.path, { path: file.path, absolute: file.absolute });
  }
  return files.values();
}

/** Characters of each line, its end included; null for a file without text. */
function lineLengths(
  workspace: Workspace,
  absolute: string | Buffer | null,
  unsaved: UnsavedText | undefined,
): readonly number[] | null {
  if (unsaved !== undefined) return lengthsOfText(normalizeText(unsaved.text));
  const bytes = absolute === null ? null : readSmall(absolute, workspace.maxFileSize);
  if (bytes === null || bytes.length === 0) return null;
  // Most sources are ASCII, where bytes are characters and nothing has to be decoded.
  if (isAscii(bytes) && !bytes.includes(0)) return lengthsOfAscii(bytes);
  const text = decodeText(bytes);
  return text === null ? null : lengthsOfText(text);
}

/** The bytes of a regular file that is not too large; null for anything else, links included. */
function readSmall(absolute: string | Buffer, maxFileSize: number): Buffer | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(absolute, regularFileOnly);
    const found = fstatSync(descriptor);
    return found.isFile() && found.size <= maxFileSize ? readFileSync(descriptor) : null;
  } catch {
    // Deleted or denied since it was listed: there is no text to plan for.
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
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

/** Fills one chunk after the other. A file is split only when it is larger than a whole chunk. */
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
