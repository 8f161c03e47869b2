import { AppendFile, type ExistingText } from './appendFile';
import { BlockFile } from './blockFile';
import type { ReportPlace, WaitingPiece } from './reportPlace';
import { type SideRecord, sideLine } from './sideRecords';

/** The paths of a report's files. */
export interface ReportFilePlaces {
  /** The report, made with the first write. Without `existing` it must not exist, or be empty. */
  readonly path: string;
  /** The side file for what is written out of order, until it can go into the report; removed at the end. */
  readonly sidePath: string;
  /** The text of a report that is written again. */
  readonly existing?: ExistingText;
}

/** The file of a report, and the side file for what waits for its turn. */
export class ReportFiles {
  readonly #report: BlockFile;
  readonly #side: AppendFile;
  readonly #onGrown: () => void;

  /** @param onGrown called when the report file has grown. */
  constructor({ path, sidePath, existing }: ReportFilePlaces, onGrown: () => void) {
    this.#report = new BlockFile(path, existing);
    this.#side = new AppendFile(sidePath);
    this.#onGrown = onGrown;
  }

  /** The path of the report. */
  get path(): string {
    return this.#report.path;
  }

  /** The path of the side file. */
  get sidePath(): string {
    return this.#side.path;
  }

  /** The size of the report file, in bytes. */
  get size(): number {
    return this.#report.size;
  }

  /** True once something was written. */
  get begun(): boolean {
    return this.#report.size > 0 || this.#side.size > 0;
  }

  /** True while the existing report has more than was written now. */
  get isBehind(): boolean {
    return this.#report.isBehind;
  }

  /** Where the report is, for people; null when it is in its intended place. */
  get left(): string | null {
    return this.#report.left;
  }

  /** Puts an empty line before the next bytes in the report file. */
  beginBlock(): void {
    this.#report.beginBlock();
  }

  /**
   * Appends bytes to the report file.
   * @param begins the section whose heading they begin with, if any.
   * @throws {AppendError} when they can't be written; then nothing of them is there.
   */
  async append(bytes: Buffer, begins: ReportPlace | null): Promise<void> {
    if (begins) this.#report.beginBlock();
    const at = this.#report.placeOf(bytes);
    await this.#report.append(bytes);
    if (begins) begins.at = at;
    this.#onGrown();
  }

  /**
   * Puts bytes into the side file, to wait at the end of a place.
   * @param block whether they begin with the place's heading.
   * @throws {AppendError} when they can't be written; then nothing of them is there.
   */
  async keep(place: ReportPlace, bytes: Buffer, block: boolean): Promise<void> {
    const order = place.nextOrder();
    const offset = await this.#record({ order, block, bytes: bytes.length }, bytes);
    place.waiting.push({ order, offset, length: bytes.length, block });
  }

  /** Copies a waiting piece to the report file. @throws {AppendError}; the next call continues. */
  async copy(place: ReportPlace, piece: WaitingPiece): Promise<void> {
    const next = (): Promise<Buffer> =>
      this.#side.read(piece.offset, Math.min(copyBytes, piece.length));
    let bytes = await next();
    if (piece.block) this.#report.beginBlock();
    // Written first: it tells a recovery how much of this piece the report file has.
    const at = this.#report.placeOf(bytes);
    await this.#record({ moved: piece.order, at, left: piece.length }, Buffer.alloc(0));
    for (; piece.length > 0; bytes = await next()) {
      await this.append(bytes, piece.block ? place : null);
      piece.block = false;
      piece.offset += bytes.length;
      piece.length -= bytes.length;
    }
  }

  /** The content of the report file. Each part is overwritten by the next one. */
  read(): AsyncGenerator<Buffer> {
    return this.#report.readAll();
  }

  /**
   * Closes both files.
   * @param complete whether nothing waits: then the report gets a final line end, and the side file is removed.
   * @param whole whether the run has written everything.
   * @throws {AppendError}
   */
  async close(complete: boolean, whole: boolean): Promise<void> {
    if (complete && (whole || !this.isBehind)) await this.#endLine();
    const { path } = this.#report;
    const closed = await Promise.allSettled([this.#report.close(whole), this.#side.close()]);
    if (complete) await this.#side.remove();
    // It may have moved to another path.
    if (this.#report.path !== path) this.#onGrown();
    for (const end of closed) if (end.status === 'rejected') throw end.reason;
  }

  /** Best effort: a missing line end does no harm. */
  async #endLine(): Promise<void> {
    const { size } = this.#report;
    await this.#report.endLine().catch(() => undefined);
    if (this.#report.size > size) this.#onGrown();
  }

  /** Appends a record to the side file. @returns the offset of its bytes. */
  async #record(record: SideRecord, bytes: Buffer): Promise<number> {
    const first = this.#side.size > 0 ? '' : sideLine({ report: this.#report.path });
    const line = Buffer.from(first + sideLine(record));
    const start = await this.#side.append(Buffer.concat([line, bytes]));
    return start + line.length;
  }
}

const copyBytes = 1024 * 1024;
