import { type FileHandle, open, rm } from 'node:fs/promises';
import { OpenFence } from './openFence';
import { compareOrder, parseSideLine, type ReportOrder } from './sideRecords';

/** A text in a side file. */
interface Text {
  readonly order: ReportOrder;
  readonly offset: number;
  readonly length: number;
  readonly block: boolean;
}

/** What a side file holds. */
interface Side {
  readonly report: string;
  readonly texts: readonly Text[];
  readonly moved: {
    readonly order: ReportOrder;
    readonly at: number;
    readonly left: number;
  } | null;
}

/** A file is not what a killed run leaves beside its report. */
export class RecoveryError extends Error {
  override readonly name = 'RecoveryError';
}

/**
 * Completes the report of a run that was killed: what it had written out of order is put at the report's
 * end, in order, and the side file is removed. A fence that a section left open is closed.
 * @param sidePath the file beside the run's log that ends in `.report-parts`.
 * @returns the path of the report.
 * @throws {RecoveryError} when it is no such file.
 */
export async function recoverReport(sidePath: string): Promise<string> {
  const side = await open(sidePath, 'r');
  let report: FileHandle | null = null;
  try {
    const { report: path, texts, moved } = await readSide(side, sidePath);
    report = await openReport(path);
    let size = (await report.stat()).size;
    const fence = new OpenFence();
    for (let at = 0; at < size; at += chunk) fence.feed(await readAt(report, at, chunk));
    for (const text of rest(texts, moved, size)) {
      const closing = text.block ? fence.close() : null;
      if (closing) size += await append(report, size, closing);
      if (text.block && size > 0) size += await append(report, size, await blankLine(report, size));
      for (let at = 0; at < text.length; at += chunk) {
        const bytes = await readAt(side, text.offset + at, Math.min(chunk, text.length - at));
        size += await append(report, size, bytes);
        fence.feed(bytes);
      }
    }
    await rm(sidePath);
    return path;
  } finally {
    await report?.close();
    await side.close();
  }
}

const chunk = 1024 * 1024;
const newline = 0x0a;

/** What is not in the report yet, in order. */
function rest(texts: readonly Text[], moved: Side['moved'], size: number): Text[] {
  const sorted = [...texts].sort((one, other) => compareOrder(one.order, other.order));
  if (!moved) return sorted;
  return sorted.flatMap((text) => {
    const place = compareOrder(text.order, moved.order);
    if (place !== 0) return place > 0 ? [text] : [];
    const there = Math.min(moved.left, Math.max(0, size - moved.at));
    const done = text.length - moved.left + there;
    const { order } = text;
    return [
      {
        order,
        offset: text.offset + done,
        length: text.length - done,
        block: done === 0 && text.block,
      },
    ];
  });
}

async function readSide(file: FileHandle, path: string): Promise<Side> {
  const { size } = await file.stat();
  const texts: Text[] = [];
  let report: string | null = null;
  let moved: Side['moved'] = null;
  for (let offset = 0; offset < size; ) {
    const line = await lineAt(file, offset, size);
    const record = line === null ? null : parseSideLine(line);
    // The host was killed while it wrote this.
    if (line === null || record === null) break;
    offset += Buffer.byteLength(line) + 1;
    if ('report' in record) {
      report = record.report;
    } else if ('moved' in record) {
      moved = { order: record.moved, at: record.at, left: record.left };
    } else {
      const length = Math.min(record.bytes, size - offset);
      texts.push({ order: record.order, offset, length, block: record.block });
      offset += record.bytes;
    }
  }
  if (report === null) throw new RecoveryError(`${path} does not belong to a report.`);
  return { report, texts, moved };
}

async function lineAt(file: FileHandle, offset: number, size: number): Promise<string | null> {
  for (let length = 512; ; length *= 4) {
    const bytes = await readAt(file, offset, Math.min(length, size - offset));
    const end = bytes.indexOf(newline);
    if (end >= 0) return bytes.toString('utf8', 0, end);
    if (length >= size - offset) return null;
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

async function blankLine(file: FileHandle, size: number): Promise<Buffer> {
  const end = await readAt(file, Math.max(0, size - 2), Math.min(2, size));
  const has = end.at(-1) === newline ? (end.at(-2) === newline ? 2 : 1) : 0;
  return Buffer.alloc(2 - has, newline);
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function append(file: FileHandle, at: number, bytes: Buffer): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
  return bytes.length;
}
