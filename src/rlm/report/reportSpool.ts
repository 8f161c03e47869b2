import { AppendError } from './appendFile';
import { type ReportFilePlaces, ReportFiles } from './reportFiles';
import {
  type ReportCounts,
  ReportOrderError,
  type ReportPlace,
  sectionHeading,
} from './reportPlace';
import type { ReportProgress, ReportSection } from './reportProgress';
import { ReportTree } from './reportTree';

export interface ReportSpoolOptions extends ReportFilePlaces {
  /** Called when the report has grown or got sections. Must not throw. */
  readonly onProgress?: (progress: ReportProgress) => void;
  /** Whether to make text safe for rendering (`safeMarkdown`); true by default. */
  readonly safe?: boolean;
}

/**
 * The report of a run on disk. No text is kept in memory: it goes to the report file at once if everything before it is
 * there, otherwise to a side file, from where it is copied when its turn comes. So the report file always has the
 * finished beginning, and after a crash both files together have everything that was written (`recoverReport`). Calls
 * are executed one after the other, in order.
 */
export class ReportSpool {
  readonly #tree = new ReportTree();
  readonly #files: ReportFiles;
  readonly #onProgress: (progress: ReportProgress) => void;
  readonly #isSafe: boolean;
  #queue: Promise<unknown> = Promise.resolve();
  /** Why text whose turn has come could not be copied to the report file. It is tried again. */
  #stuck: string | null = null;
  /** Why something is missing for good. */
  #lost: string | null = null;
  /** Bytes of the report file when the report was finished. */
  #finishedAt: number | null = null;
  /** Why the last write failed. The writer was told. */
  #refused: string | null = null;

  constructor({ onProgress, safe = true, ...places }: ReportSpoolOptions) {
    this.#isSafe = safe;
    this.#files = new ReportFiles(places, () => this.#tell());
    this.#onProgress = onProgress ?? (() => undefined);
  }

  /** The part of the root RLM. */
  get root(): number {
    return this.#tree.root.id;
  }

  get progress(): ReportProgress {
    const { sections, open } = this.#tree.root.counts;
    return {
      path: this.#files.path,
      bytes: this.#files.size,
      sections,
      openSections: open,
      problem: this.problem ?? this.#refused ?? this.left,
      outline: () => this.#tree.outline(this.#tree.root),
    };
  }

  /** Why something is missing from the report file; null when nothing is. */
  get problem(): string | null {
    return this.#lost ?? this.#stuck;
  }

  /** Where the report is, for people; null when it is in its intended place. */
  get left(): string | null {
    return this.#files.left;
  }

  /** The offset of the report's ending in its file; null before `finish`. */
  get finishedAt(): number | null {
    return this.#finishedAt;
  }

  /** True once something was written. */
  get begun(): boolean {
    return this.#files.begun;
  }

  /**
   * Reserves the next place in a part, at once.
   * @param in_ the part.
   */
  openPart(in_: number): number {
    const parent = this.#tree.get(in_);
    const place = this.#tree.add(parent, null, 0);
    void this.#inOrder(async () => {
      await this.#closeFence(parent);
      this.#tree.put(parent, place);
      parent.safe.cut(false);
    });
    return place.id;
  }

  /** Reserves a section at the end of a part, with its heading and a first text. @throws {AppendError} */
  async openSection(
    in_: number,
    title: string,
    level: number,
    text: Buffer = Buffer.alloc(0),
  ): Promise<number> {
    const parent = this.#tree.get(in_);
    const place = this.#tree.add(parent, title, level);
    const heading = Buffer.from(`${sectionHeading(title, level)}\n\n`);
    await this.#inOrder(async () => {
      await this.#closeFence(parent);
      this.#tree.put(parent, place);
      parent.safe.cut(true);
      try {
        await this.#writeSafe(place, Buffer.concat([heading, text]), true);
        place.wrote(text);
      } catch (error) {
        // A section needs its heading.
        place.open = false;
        parent.places.splice(parent.places.indexOf(place), 1);
        await this.#advance();
        throw error;
      }
      place.count({ sections: 1, open: 1 });
      this.#tell();
    });
    return place.id;
  }

  /**
   * Writes at the end of a section or part. The operating system has the bytes when this resolves.
   * @throws {AppendError} when they can't be written; then nothing of them is in the report.
   */
  async write(id: number, bytes: Buffer): Promise<void> {
    const place = this.#tree.get(id);
    await this.#inOrder(async () => {
      if (!place.open) throw new ReportOrderError(place.title);
      await this.#writeSafe(place, bytes, false);
      place.wrote(bytes);
    });
  }

  /** Notes that something is missing for good. @param why as a sentence. */
  lost(why: string): void {
    this.#lost ??= `Something is missing from the report. ${why}`;
    this.#tell();
  }

  /** Puts an empty line before the next text in the report file. */
  async blankLine(): Promise<void> {
    await this.#inOrder(() => this.#files.beginBlock());
  }

  /** Ends a section or part, so that what follows it may go to the report file. */
  async close(id: number): Promise<void> {
    const place = this.#tree.get(id);
    await this.#inOrder(async () => {
      // A section that was closed empty is meant to be empty. A part that ends may have unwritten sections.
      if (place.title === null) await this.#markUnwritten(place);
      await this.#close(place);
    });
  }

  /** Whether a section or part exists and is in another one. */
  has(id: number, within: number): boolean {
    return this.#tree.has(id, within);
  }

  /** The heading of a section, as in the report; null for a part. */
  headingOf(id: number): string | null {
    const { title, level } = this.#tree.get(id);
    return title === null ? null : sectionHeading(title, level);
  }

  /** The sections of a part and of the parts in it, in the order of the report. */
  async sections(within: number): Promise<readonly ReportSection[]> {
    return this.#inOrder(() => this.#tree.outline(this.#tree.get(within)));
  }

  /** Counts of a part, with everything in it. */
  async counts(within: number): Promise<ReportCounts> {
    return this.#inOrder(() => this.#tree.get(within).counts);
  }

  /**
   * Reads the report file. Each part is overwritten by the next one.
   */
  async *read(): AsyncGenerator<Buffer> {
    yield* this.#files.read();
  }

  /** True while the existing report has more than was written now. */
  get isBehind(): boolean {
    return this.#files.isBehind;
  }

  /**
   * Ends all sections; unwritten ones say so. If a run was stopped before it had written all of the existing report
   * again, nothing is written any more: the existing text says more.
   * @param whole whether the run has written everything.
   * @returns the titles of unwritten sections.
   */
  async finish(whole = true): Promise<readonly string[]> {
    return this.#inOrder(async () => {
      const { root } = this.#tree;
      this.#finishedAt ??= this.#files.size;
      const isLeft = !whole && this.isBehind;
      if (!isLeft) {
        await this.#markUnwritten(root);
        for (const place of root.places) await this.#close(place);
        await this.#closeFence(root);
      }
      const unwritten = this.#tree.sectionsIn(root).filter(({ written }) => !written);
      return [...unwritten, ...this.#tree.unwrittenIn(root)].flatMap(({ title }) => title ?? []);
    });
  }

  /**
   * Closes the files, after all earlier calls. The side file stays if it has something that the report has not.
   * @param whole whether the run has written everything.
   */
  async dispose(whole = true): Promise<void> {
    await this.#inOrder(async () => {
      const complete = !this.#tree.root.isWaiting;
      await this.#files
        .close(complete, whole)
        .catch((error: unknown) => this.lost(appendMessage(error)));
      if (!complete) {
        this.#lost = `${this.problem ?? 'The report is not complete.'} The rest of the report is in ${this.#files.sidePath}.`;
      }
    });
  }

  #inOrder<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** @param block whether the bytes begin with the place's heading. */
  async #write(place: ReportPlace, bytes: Buffer, block: boolean): Promise<void> {
    try {
      if (this.#tree.isDue(place)) await this.#files.append(bytes, block ? place : null);
      else await this.#files.keep(place, bytes, block);
      this.#refused = null;
    } catch (error) {
      if (!(error instanceof AppendError)) throw error;
      this.#refused = error.message;
      this.#tell();
      throw error;
    }
  }

  /**
   * Makes text safe and writes as much of it as is certain by now.
   * @param block whether the text begins with the place's heading.
   */
  async #writeSafe(place: ReportPlace, text: Buffer, block: boolean): Promise<void> {
    const goBack = place.safe.mark();
    const { bytes, isBlock } = this.#isSafe
      ? place.safe.take(text)
      : { bytes: text, isBlock: false };
    try {
      if (bytes.length > 0) await this.#write(place, bytes, block || isBlock);
    } catch (error) {
      goBack();
      throw error;
    }
    place.fence.feed(bytes);
  }

  /** Writes the text of a place that was held back. */
  async #writeRest(place: ReportPlace): Promise<void> {
    const rest = place.safe.rest();
    if (rest.length === 0) return;
    await this.#write(place, rest, false).catch((error: unknown) =>
      this.lost(appendMessage(error)),
    );
    place.fence.feed(rest);
  }

  /** Says in the unwritten sections of a place that they were not written. */
  async #markUnwritten(within: ReportPlace): Promise<void> {
    for (const place of this.#tree.unwrittenIn(within)) {
      place.written = false;
      const text = Buffer.from(notWritten);
      await this.#write(place, text, false).catch((error: unknown) =>
        this.lost(appendMessage(error)),
      );
    }
  }

  async #close(place: ReportPlace): Promise<void> {
    if (!place.open) return;
    for (const child of place.places) await this.#close(child);
    await this.#closeFence(place);
    if (place.title !== null) place.count({ open: -1 });
    place.open = false;
    await this.#advance();
  }

  /** Closes a fence that was left open: it would swallow what follows. */
  async #closeFence(place: ReportPlace): Promise<void> {
    if (!place.open) return;
    await this.#writeRest(place);
    const closing = place.fence.close();
    if (!closing) return;
    await this.#write(place, closing, false).catch((error: unknown) =>
      this.lost(appendMessage(error)),
    );
  }

  /** Copies text whose turn has come to the report file. If that fails, the text stays for the next time. */
  async #advance(): Promise<void> {
    try {
      for (const { place, piece } of this.#tree.due()) {
        if (piece) await this.#files.copy(place, piece);
        else this.#files.beginBlock();
      }
      this.#stuck = null;
    } catch (error) {
      this.#stuck = appendMessage(error);
    }
    this.#tell();
  }

  #tell(): void {
    this.#onProgress(this.progress);
  }
}

/** The message of an error about the files. @throws any other error. */
function appendMessage(error: unknown): string {
  if (error instanceof AppendError) return error.message;
  throw error;
}

const notWritten = '*This section was not written.*\n';
