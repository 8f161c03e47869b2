import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isFathomsPlace } from './fathomsPlace';
import { OpenFence } from './openFence';
import { sideLine } from './sideRecords';
import { missingTexts, readAt, readSide, type SideText } from './sideTexts';

/** A file is not what a killed run leaves beside its report. */
class RecoveryError extends Error {
  override readonly name = 'RecoveryError';
}

/**
 * Completes the report of a run that was killed: what it had written out of order is put at the report's
 * end, in order, as the run had done it, and the side file is removed. When that fails, the report is as it
 * was before; when it is killed, the next time goes on where it was.
 * @param sidePath the file beside the run's log that ends in `.report-parts`.
 * @returns the path of the report.
 * @throws {RecoveryError} when it is no such file.
 */
export async function recoverReport(sidePath: string): Promise<string> {
  // Beside the side file, of which the last text may have no end.
  const movedPath = `${sidePath}-moved`;
  await using side = await open(sidePath, 'r');
  const kept = await readSide(side);
  if (kept.report === null) throw new RecoveryError(`${sidePath} does not belong to a report.`);
  if (!isFathomsPlace(kept.report, dirname(sidePath))) {
    throw new RecoveryError(`${sidePath} is about a file that is no report of Fathom's.`);
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

/** The end of a report file that texts are put at. */
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

  /** @param moved is told before: how far the text has come can be known after a kill. */
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

  /** Closes what is open, and ends the last line. */
  async finish(): Promise<void> {
    await this.#closeFence();
    if (this.#size > 0 && (await this.#lineEnds()) === 0) await this.#append(Buffer.of(newline));
  }

  async #closeFence(): Promise<void> {
    const closing = this.#fence.close();
    if (closing) await this.#append(closing);
  }

  /** What is missing of an empty line before bytes that begin so. */
  async #blankLine(next: Buffer): Promise<Buffer> {
    if (this.#size === 0) return Buffer.alloc(0);
    const begins = next[0] === newline ? (next[1] === newline ? 2 : 1) : 0;
    return Buffer.alloc(Math.max(0, 2 - (await this.#lineEnds()) - begins), newline);
  }

  /** Line ends at the end of the file, as far as two. */
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
    // Nothing had its turn before the run was killed.
    return open(path, 'wx+', 0o600);
  }
}
