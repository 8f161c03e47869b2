import { rm } from 'node:fs/promises';
import { AppendError, AppendFile, type EarlierText } from './appendFile';
import { BlockFile } from './blockFile';
import { type ReportHeading, ReportHeadings } from './reportHeadings';
import { type Piece, Place, ReportOrderError } from './reportPlace';
import { type SideRecord, sideLine } from './sideRecords';

/** A section as the code of a run and views see it. */
export interface ReportSection {
  readonly id: number;
  readonly title: string;
  /** Of its heading: 1 to 6. */
  readonly level: number;
  /** Characters, without the heading. */
  readonly chars: number;
  readonly open: boolean;
  /** Where its heading begins in the report file, in bytes; null while it waits for its turn. */
  readonly at: number | null;
}

/** How far a report is. */
export interface ReportProgress {
  /** The file with all that is finished, from the beginning of the report. */
  readonly path: string;
  /** Bytes of that file. */
  readonly bytes: number;
  readonly sections: number;
  /** Sections that are not written yet. */
  readonly openSections: number;
  /** Why the last write failed; null when it did not. What was written before it is kept. */
  readonly problem: string | null;
  /** All sections as they are now, in the order of the report: reserved ones, too. */
  readonly outline: () => readonly ReportSection[];
  /** The sections whose headings begin in bytes [from, to) of the file, in order: cheap, however many there are. */
  readonly sectionsAt: (from: number, to: number) => readonly ReportHeading[];
}

export interface ReportSpoolOptions {
  /** The report; unless there is an earlier one it must not exist, or be empty. Made with the first write. */
  readonly path: string;
  /** Keeps what is written out of order until it can be put in the report; gone at the end. */
  readonly sidePath: string;
  /** The report has text of a run that is resumed, which writes it again. */
  readonly earlier?: EarlierText;
  /** Told when the report has grown or got sections. Must not throw. */
  readonly onProgress?: (progress: ReportProgress) => void;
}

/**
 * The report of a run on disk. Nothing of it is held in memory: text goes to the report file at once when
 * all before it is there, otherwise to a side file, from where it is copied when its turn comes. The
 * report file thus always has the finished beginning, and after a crash both together have all that was
 * written (`recoverReport`). Calls are carried out one after the other, in the order they were made.
 */
export class ReportSpool {
  readonly #report: BlockFile;
  readonly #side: AppendFile;
  readonly #onProgress: (progress: ReportProgress) => void;
  readonly #headings = new ReportHeadings();
  readonly #places = new Map<number, Place>();
  readonly #root: Place;
  /** Where text can go to the report file at once. */
  #head: Place;
  #queue: Promise<unknown> = Promise.resolve();
  #sections = 0;
  #openSections = 0;
  #problem: string | null = null;
  /** Bytes of the report file when the report was finished. */
  #finishedAt: number | null = null;
  /** Why the last write failed. */
  #refused: string | null = null;

  constructor({ path, sidePath, earlier, onProgress }: ReportSpoolOptions) {
    this.#report = new BlockFile(path, earlier);
    this.#side = new AppendFile(sidePath);
    this.#onProgress = onProgress ?? (() => undefined);
    this.#root = new Place(0, null, null, 0);
    this.#places.set(0, this.#root);
    this.#head = this.#root;
  }

  /** What the root RLM writes to. */
  get root(): number {
    return this.#root.id;
  }

  get progress(): ReportProgress {
    return {
      path: this.#report.path,
      bytes: this.#report.size,
      sections: this.#sections,
      openSections: this.#openSections,
      problem: this.#problem ?? this.#refused,
      outline: () => this.#outline(this.#root),
      sectionsAt: this.#headings.between,
    };
  }

  /** What kept something out of the report file; null when nothing did. */
  get problem(): string | null {
    return this.#problem;
  }

  /** From which byte of the report file on there is only what ends it; null before `finish`. */
  get finishedAt(): number | null {
    return this.#finishedAt;
  }

  /** True once something was written. */
  get begun(): boolean {
    return this.#report.exists || this.#side.exists;
  }

  /**
   * Reserves the next place in a part. Returns at once: it is there for whatever is called next.
   * @param in_ the part.
   */
  openPart(in_: number): number {
    const parent = this.#placeOf(in_);
    const place = this.#newPlace(parent, null, 0);
    void this.#inOrder(() => this.#put(parent, place));
    return place.id;
  }

  /** Reserves a section at the end of a part, with its heading and a first text. @throws {AppendError} */
  async openSection(
    in_: number,
    title: string,
    level: number,
    text: Buffer = Buffer.alloc(0),
  ): Promise<number> {
    const parent = this.#placeOf(in_);
    const place = this.#newPlace(parent, title, level);
    const heading = Buffer.from(`${'#'.repeat(level)} ${title}\n\n`);
    await this.#inOrder(async () => {
      await this.#closeFence(parent);
      this.#put(parent, place);
      try {
        await this.#write(place, Buffer.concat([heading, text]), true);
        place.wrote(text);
      } catch (error) {
        // Without its heading it is no section.
        place.open = false;
        parent.places.splice(parent.places.indexOf(place), 1);
        await this.#advance();
        throw error;
      }
      this.#sections += 1;
      this.#openSections += 1;
      this.#onProgress(this.progress);
    });
    return place.id;
  }

  /**
   * Writes at the end of a section or part; the bytes are with the operating system when this resolves.
   * @throws {AppendError} when they can't be; nothing of them is in the report then.
   */
  async write(id: number, bytes: Buffer): Promise<void> {
    const place = this.#placeOf(id);
    await this.#inOrder(async () => {
      if (!place.open) throw new ReportOrderError(place.title);
      await this.#write(place, bytes, false);
      place.wrote(bytes);
    });
  }

  /** Leaves an empty line before what is written next, where text is written at once. */
  async blankLine(): Promise<void> {
    await this.#inOrder(() => this.#report.beginBlock());
  }

  /** Ends a section or part: what comes after it may go to the report file. */
  async close(id: number): Promise<void> {
    const place = this.#placeOf(id);
    await this.#inOrder(() => this.#close(place));
  }

  /** Whether a section or part is in another one; false when there is no such one. */
  has(id: number, within: number): boolean {
    const place = this.#places.get(id);
    return place?.isIn(this.#placeOf(within)) === true;
  }

  /** The title of a section; null for a part. */
  titleOf(id: number): string | null {
    return this.#placeOf(id).title;
  }

  /** The sections of a part and of the parts in it, in the order of the report. */
  async sections(within: number): Promise<readonly ReportSection[]> {
    return this.#inOrder(() => this.#outline(this.#placeOf(within)));
  }

  /** Characters written to a part and all in it, without headings. */
  async characters(within: number): Promise<number> {
    return this.#inOrder(() => {
      const count = (place: Place): number =>
        place.places.reduce((sum, child) => sum + count(child), place.chars);
      return count(this.#placeOf(within));
    });
  }

  /**
   * Reads the report file from its beginning, as far as it is finished. Every part is gone once the next
   * is asked for.
   */
  async *read(): AsyncGenerator<Buffer> {
    yield* this.#report.readAll();
  }

  /**
   * Ends all sections; one that was reserved and never written says so.
   * @returns the titles of those.
   */
  async finish(): Promise<readonly string[]> {
    const unwritten: string[] = [];
    await this.#inOrder(async () => {
      this.#finishedAt ??= this.#report.size;
      const visit = async (place: Place): Promise<void> => {
        for (const child of place.places) await visit(child);
        if (!place.open || place === this.#root) return;
        if (place.title !== null && place.chars === 0) unwritten.push(place.title);
        await this.#close(place);
      };
      await visit(this.#root);
      await this.#closeFence(this.#root);
    });
    return unwritten;
  }

  /** Closes the files, after all that was called. The side file stays if something is only there. */
  async dispose(): Promise<void> {
    await this.#inOrder(async () => {
      if (!this.#root.isWaiting) {
        const { size } = this.#report;
        await this.#report.endLine().catch(() => undefined);
        if (this.#report.size > size) this.#onProgress(this.progress);
      }
      for (const file of [this.#report, this.#side]) {
        const made = file.exists;
        await file.close().catch((error: unknown) => this.#failed(error));
        if (made && file === this.#side && !this.#root.isWaiting) {
          await rm(file.path, { force: true });
        }
      }
      this.#problem = this.#report.left ?? this.#problem;
      if (this.#root.isWaiting) {
        this.#problem = `${this.#problem ?? 'The report is not complete.'} The rest of the report is in ${this.#side.path}.`;
      }
    });
  }

  #outline(within: Place): readonly ReportSection[] {
    const found: ReportSection[] = [];
    const visit = (place: Place): void => {
      const { id, title, level, chars, open, at } = place;
      if (title !== null) found.push({ id, title, level, chars, open, at });
      for (const child of place.places) visit(child);
    };
    visit(within);
    return found;
  }

  #placeOf(id: number): Place {
    const place = this.#places.get(id);
    if (!place) throw new ReportOrderError(null);
    return place;
  }

  #newPlace(parent: Place, title: string | null, level: number): Place {
    const place = new Place(this.#places.size, parent, title, level);
    this.#places.set(place.id, place);
    return place;
  }

  #inOrder<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #put(parent: Place, place: Place): void {
    if (!parent.open) {
      place.open = false;
      throw new ReportOrderError(parent.title);
    }
    place.order = [...parent.order, parent.count++];
    parent.places.push(place);
    // When the part before it is finished, this one is written straight to the report.
    if (this.#head === parent && !parent.isWaiting) this.#head = place;
    parent.waiting.push(place);
  }

  /** @param block an empty line comes first: it begins with the place's heading. */
  async #write(place: Place, bytes: Buffer, block: boolean): Promise<void> {
    try {
      if (this.#head === place && !place.isWaiting) {
        await this.#append(bytes, block ? place : null);
      } else {
        const order = [...place.order, place.count++];
        const offset = await this.#spool({ order, block, bytes: bytes.length }, bytes);
        place.waiting.push({ order, offset, length: bytes.length, block });
      }
      this.#refused = null;
    } catch (error) {
      if (!(error instanceof AppendError)) throw error;
      this.#refused = error.message;
      this.#onProgress(this.progress);
      throw error;
    }
  }

  /** Puts a record in the side file. @returns where its bytes begin. */
  async #spool(record: SideRecord, bytes: Buffer): Promise<number> {
    const first = this.#side.exists ? '' : sideLine({ report: this.#report.path });
    const line = Buffer.from(first + sideLine(record));
    const start = await this.#side.append(Buffer.concat([line, bytes]));
    return start + line.length;
  }

  async #close(place: Place): Promise<void> {
    if (!place.open) return;
    for (const child of place.places) await this.#close(child);
    await this.#closeFence(place);
    if (place.title !== null) {
      if (place.chars === 0) {
        await this.#write(place, Buffer.from(notWritten), false).catch((e: unknown) =>
          this.#failed(e),
        );
      }
      this.#openSections -= 1;
    }
    place.open = false;
    await this.#advance();
  }

  /** A fence that was left open would swallow what comes next. */
  async #closeFence(place: Place): Promise<void> {
    if (!place.open) return;
    const closing = place.fence.close();
    if (!closing) return;
    await this.#write(place, closing, false).catch((error: unknown) => this.#failed(error));
  }

  /** Copies what has its turn to the report file. What can't be copied stays, for the next time. */
  async #advance(): Promise<void> {
    try {
      await this.#finishUpTo(this.#root);
      if (this.#report.exists) this.#problem = null;
    } catch (error) {
      this.#failed(error);
    }
    this.#onProgress(this.progress);
  }

  /** True when all of a place is in the report file and nothing more can come. */
  async #finishUpTo(place: Place): Promise<boolean> {
    this.#head = place;
    for (; place.isWaiting; place.next += 1) {
      const item = place.waiting[place.next];
      if (item instanceof Place) {
        if (!(await this.#finishUpTo(item))) return false;
        if (item.title !== null) this.#report.beginBlock();
        this.#head = place;
      } else if (item) {
        await this.#copy(place, item);
      }
    }
    place.waiting.length = 0;
    place.next = 0;
    return !place.open;
  }

  async #copy(place: Place, piece: Piece): Promise<void> {
    const first = await this.#side.read(piece.offset, Math.min(copyBytes, piece.length));
    if (piece.block) this.#report.beginBlock();
    // Written first: it tells a recovery how far the report file has this piece.
    const at = this.#report.placeOf(first);
    await this.#spool({ moved: piece.order, at, left: piece.length }, Buffer.alloc(0));
    let begins = piece.block ? place : null;
    for (let bytes = first; piece.length > 0; ) {
      await this.#append(bytes, begins);
      begins = null;
      piece.offset += bytes.length;
      piece.length -= bytes.length;
      bytes = await this.#side.read(piece.offset, Math.min(copyBytes, piece.length));
    }
  }

  /** @param begins the section whose heading the bytes begin with. */
  async #append(bytes: Buffer, begins: Place | null): Promise<void> {
    if (begins) this.#report.beginBlock();
    const at = this.#report.placeOf(bytes);
    await this.#report.append(bytes);
    if (begins) {
      begins.at = at;
      this.#headings.add({ id: begins.id, at });
    }
    this.#onProgress(this.progress);
  }

  #failed(error: unknown): void {
    if (!(error instanceof AppendError)) throw error;
    this.#problem = error.message;
  }
}

const copyBytes = 1024 * 1024;
const notWritten = '*This section was not written.*\n';
