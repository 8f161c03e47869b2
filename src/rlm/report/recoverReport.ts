import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isFathomsPlace } from './fathomsPlace';
import { OpenFence } from './openFence';
import { sideLine } from './sideRecords';
import { missingTexts, readAt, readSide, type SideText } from './sideTexts';

/** The file is not the side file of a killed run. */
class RecoveryError extends Error {
  override readonly name = 'RecoveryError';
}

/**
 * Completes the report of a killed run: appends what the run had written out of order, in the right order, and removes
 * the side file. If that fails, the report is as before; if it is killed, the next call continues.
 * @param sidePath the file beside the run's log that ends in `.report-parts`.
 * @returns the path of the report.
 * @throws {RecoveryError} when it is not such a file.
 */
export async function recoverReport(sidePath: string): Promise<string> {
  // In a file of its own, as the last text of the side file may be cut.
  const movedPath = `${sidePath}-moved`;
  await using side = await open(sidePath, 'r');
  const kept = await readSide(side);
  if (kept.report === null) throw new RecoveryError(`${sidePath} does not belong to a report.`);
  if (!isFathomsPlace(kept.report, dirname(sidePath))) {
    throw new RecoveryError(`${sidePath} is about a file that is not a report of Fathom's.`);
  }
  await using report = await openReport(kept.report);
  await using moved = await open(movedPath, 'a+', 0o600);
  const { size } = await report.stat();
  const before = await readSide(moved);
  await moved.truncate(before.end);
  const texts = missingTexts({ texts: kept.texts, moved: before.moved ?? kept.moved }, size);
  try {
    const end = await ReportEnd.of(report, size);
    for (const text of texts) await end.take(text, side, moved);
    await end.finish();
  } catch (error) {
    await report.truncate(size);
    await moved.truncate(before.end);
    throw error;
  }
  await rm(sidePath);
  await rm(movedPath);
  return kept.report;
}

const chunk = 1024 * 1024;
const newline = 0x0a;

/** Appends texts to a report file. */
class ReportEnd {
  readonly #file: FileHandle;
  readonly #fence = new OpenFence();
  #size: number;

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  static async of(file: FileHandle, size: number): Promise<ReportEnd> {
    const end = new ReportEnd(file, size);
    for (let at = 0; at < size; at += chunk) end.#fence.feed(await readAt(file, at, chunk));
    return end;
  }

  /** @param moved called before, so that the progress is known after a kill. */
  async take(
    { order, offset, length, lead }: SideText,
    side: FileHandle,
    moved: FileHandle,
  ): Promise<void> {
    if (lead.fenceEnds) await this.#closeFence();
    if (lead.blankLine)
      await this.#append(await this.#blankLine(await readAt(side, offset, Math.min(2, length))));
    await moved.writeFile(sideLine({ moved: order, at: this.#size, left: length }));
    for (let at = 0; at < length; at += chunk) {
      const bytes = await readAt(side, offset + at, Math.min(chunk, length - at));
      await this.#append(bytes);
      this.#fence.feed(bytes);
    }
  }

  /** Closes an open fence, and ends the last line. */
  async finish(): Promise<void> {
    await this.#closeFence();
    if (this.#size > 0 && (await this.#lineEnds()) === 0) await this.#append(Buffer.of(newline));
  }

  async #closeFence(): Promise<void> {
    const closing = this.#fence.close();
    if (closing) await this.#append(closing);
  }

  /** The line ends missing for an empty line before these bytes. */
  async #blankLine(next: Buffer): Promise<Buffer> {
    if (this.#size === 0) return Buffer.alloc(0);
    const begins = next[0] === newline ? (next[1] === newline ? 2 : 1) : 0;
    return Buffer.alloc(Math.max(0, 2 - (await this.#lineEnds()) - begins), newline);
  }

  /** The number of line ends at the end of the file, up to two. */
  async #lineEnds(): Promise<number> {
    const end = await readAt(this.#file, Math.max(0, this.#size - 2), Math.min(2, this.#size));
    return end.at(-1) === newline ? (end.at(-2) === newline ? 2 : 1) : 0;
  }

  async #append(bytes: Buffer): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const left = bytes.length - done;
      done += (await this.#file.write(bytes, done, left, this.#size + done)).bytesWritten;
    }
    this.#size += bytes.length;
  }
}

async function openReport(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch {
    // Nothing was in the report yet when the run was killed.
    return open(path, 'wx+', 0o600);
  }
}
