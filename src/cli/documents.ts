import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeText } from '../repository/decodeText';
import type { SubjectDocument } from '../rlm/request';
import { byteCount } from '../trajectory/figures';
import { UsageError } from './exitStatus';

/** All documents together, in bytes: a kernel holds them in memory several times over. */
export const mostDocumentBytes = 100_000_000;

/**
 * Reads the documents that a question is about.
 * @throws {UsageError} when one is missing, no file, not text, or when they are too large.
 */
export async function readDocuments(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly SubjectDocument[]> {
  let announced = 0;
  for (const path of paths) announced += await sizeOfFile(path);
  checkSize(announced);
  let total = 0;
  const documents: SubjectDocument[] = [];
  for (const path of paths) {
    const bytes = await readFile(path, { signal }).catch((error: unknown) => {
      throw signal.aborted ? error : new UsageError(`${path} can't be read: ${reasonOf(error)}.`);
    });
    total += bytes.length;
    checkSize(total);
    documents.push({ name: nameOf(path, paths), text: decoded(path, bytes) });
  }
  return documents;
}

function checkSize(bytes: number): void {
  if (bytes <= mostDocumentBytes) return;
  throw new UsageError(
    `The documents are too large: ${byteCount(bytes)}, and at most ${byteCount(mostDocumentBytes)} can be loaded. Put them into a folder and use --folder: it is not loaded, but searched.`,
  );
}

async function sizeOfFile(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw new UsageError(`There is no document ${path}: ${reasonOf(error)}.`);
  });
  if (found.isDirectory()) {
    throw new UsageError(`${path} is a folder, not a document. Use --folder for it.`);
  }
  // A pipe is what the shell's <(command) gives.
  if (!found.isFile() && !found.isFIFO()) throw new UsageError(`${path} is not a file.`);
  return found.size;
}

/** The file's name, or the whole path where two would have the same. */
function nameOf(path: string, paths: readonly string[]): string {
  const name = basename(path);
  return paths.some((other) => other !== path && basename(other) === name) ? path : name;
}

function decoded(path: string, bytes: Buffer): string {
  const text = decodeText(bytes);
  if (text !== null) return text;
  throw new UsageError(`${path} is a binary file, not text. Convert it to text first.`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'you have no permission',
  EPERM: 'you have no permission',
  ELOOP: 'its symbolic links go in circles',
};

/** Why a file or folder can't be had, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
