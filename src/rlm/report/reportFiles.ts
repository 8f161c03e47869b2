import { AppendFile, type ExistingText } from './appendFile';
import { BlockFile } from './blockFile';
import type { ReportPlace, WaitingPiece } from './reportPlace';
import { type SideRecord, sideLine } from './sideRecords';

/** Where the files of a report are. */
export interface ReportFilePlaces {
  /** The report; unless there is one to write again it must not exist, or be empty. Made with the first write. */
  readonly path: string;
  /** Keeps what is written out of order until it can be put in the report; gone at the end. */
  readonly sidePath: string;
  /** The report has text, which is written again. */
  readonly existing?: ExistingText;
}

/** The file of a report, and the one beside it for what waits for its turn. */
export class ReportFiles {
  readonly #report: BlockFile;
  readonly #side: AppendFile;
  readonly #onGrown: () => void;

  /** @param onGrown told when the report file has grown. */
  constructor({ path, sidePath, existing }: ReportFilePlaces, onGrown: () => void) {
    this.#report = new BlockFile(path, existing);
    this.#side = new AppendFile(sidePath);
    this.#onGrown = onGrown;
  }

  /** Of the report. */
  get path(): string {
    return this.#report.path;
  }

  /** Of what waits. */
  get sidePath(): string {
    return this.#side.path;
  }

  /** Of the report file, in bytes. */
  get size(): number {
    return this.#report.size;
  }

  /** True once something was written. */
  get begun(): boolean {
    return this.#report.size > 0 || this.#side.size > 0;
  }

  /** True while the existing report goes on after what was written now. */
  get isBehind(): boolean {
    return this.#report.isBehind;
  }

  /** What a person should know of where the report is; null when it is where it was to be. */
  get left(): string | null {
    return this.#report.left;
  }

  /** What is put in the report file next comes after an empty line. */
  beginBlock(): void {
    this.#report.beginBlock();
  }

  /**
   * Puts bytes in the report file.
   * @param begins the section whose heading they begin with.
   * @throws {AppendError} when they can't be, and nothing of them is there.
   */
  async append(bytes: Buffer, begins: ReportPlace | null): Promise<void> {
    if (begins) this.#report.beginBlock();
    const at = this.#report.placeOf(bytes);
    await this.#report.append(bytes);
    if (begins) begins.at = at;
    this.#onGrown();
  }

  /**
   * Puts bytes in the side file, to wait at the end of a place.
   * @param block they begin with the place's heading.
   * @throws {AppendError} when they can't be, and nothing of them is there.
   */
  async keep(place: ReportPlace, bytes: Buffer, block: boolean): Promise<void> {
    const order = place.nextOrder();
    const offset = await this.#record({ order, block, bytes: bytes.length }, bytes);
    place.waiting.push({ order, offset, length: bytes.length, block });
  }

  /** Copies a piece that was kept to the report file. @throws {AppendError}, and goes on there the next time. */
  async copy(place: ReportPlace, piece: WaitingPiece): Promise<void> {
    const next = (): Promise<Buffer> =>
      this.#side.read(piece.offset, Math.min(copyBytes, piece.length));
    let bytes = await next();
    if (piece.block) this.#report.beginBlock();
    // Written first: it tells a recovery how far the report file has this piece.
    const at = this.#report.placeOf(bytes);
    await this.#record({ moved: piece.order, at, left: piece.length }, Buffer.alloc(0));
    for (; piece.length > 0; bytes = await next()) {
      await this.append(bytes, piece.block ? place : null);
      piece.block = false;
      piece.offset += bytes.length;
      piece.length -= bytes.length;
    }
  }

  /** All of the report file. Every part is gone once the next is asked for. */
  read(): AsyncGenerator<Buffer> {
    return this.#report.readAll();
  }

  /**
   * Closes both files.
   * @param complete nothing waits: the report ends with a line end, and the side file goes.
   * @param whole the run has written all that it was to write.
   * @throws {AppendError}
   */
  async close(complete: boolean, whole: boolean): Promise<void> {
    if (complete && (whole || !this.isBehind)) await this.#endLine();
    const { path } = this.#report;
    const closed = await Promise.allSettled([this.#report.close(whole), this.#side.close()]);
    if (complete) await this.#side.remove();
    // Somebody may have taken its place.
    if (this.#report.path !== path) this.#onGrown();
    for (const end of closed) if (end.status === 'rejected') throw end.reason;
  }

  /** Best effort: a line that has no end is no loss. */
  async #endLine(): Promise<void> {
    const { size } = this.#report;
    await this.#report.endLine().catch(() => undefined);
    if (this.#report.size > size) this.#onGrown();
  }

  /** Puts a record in the side file. @returns where its bytes begin. */
  async #record(record: SideRecord, bytes: Buffer): Promise<number> {
    const first = this.#side.size > 0 ? '' : sideLine({ report: this.#report.path });
    const line = Buffer.from(first + sideLine(record));
    const start = await this.#side.append(Buffer.concat([line, bytes]));
    return start + line.length;
  }
}

const copyBytes = 1024 * 1024;
