import { setTimeout as delay } from 'node:timers/promises';
import type { Disposable, Position, TextDocument } from 'vscode';
import type { ReportProgress } from '../../../rlm/report/reportProgress';
import { GrowingDocument } from './growingDocument';
import { fitting, type Growth, growthOf } from './growth';
import { defaultPartLimits, type PartLimits } from './partEnd';
import { goesOnInFile, goesOnInPart, partHeading } from './partTexts';
import { readWhole } from './spoolText';

/** How a report is mirrored. */
export interface MirrorLimits {
  /** Of one document; then the report goes on in a next part. */
  readonly part: PartLimits;
  /** Documents; what is beyond them is only in the file. */
  readonly parts: number;
  /** Put into a document at once, in bytes: larger pieces make typing elsewhere stutter. */
  readonly batchBytes: number;
  /** Least time between two pieces, in ms: while somebody can see them, and while nobody can. */
  readonly gapMs: number;
  readonly hiddenGapMs: number;
}

/**
 * Measured with somebody typing beside a report of 30 MB, on two cores: of 20 keystrokes the slowest took 219 ms
 * with pieces of 128 KB, 127 ms with pieces of 32 KB; pieces of 1 MB hold the editor up for half a second and more.
 */
export const defaultMirrorLimits: MirrorLimits = {
  part: defaultPartLimits,
  parts: 8,
  batchBytes: 32 * 1024,
  gapMs: 100,
  hiddenGapMs: 250,
};

/**
 * - `waiting`: there is no text yet.
 * - `growing`: it is shown as it grows, or all of it is.
 * - `closed`: the user closed the document that grew.
 * - `file`: the documents are full, the rest is only in the file.
 * - `unreadable`: the file can't be read any more.
 */
export type MirrorState = 'waiting' | 'growing' | 'closed' | 'file' | 'unreadable';

export interface MirrorOptions {
  /** What the report is about, for the headings of its parts. */
  readonly subject: string;
  readonly limits?: MirrorLimits;
  /** Told when a document was opened, grew, was closed or was edited by the user. */
  readonly onChange: () => void;
  /** Told of each document that it grows in, also of the file that the user saves one as. */
  readonly onDocument: (document: TextDocument, path: string) => void;
  /** Told, for the log, why the file can't be read. */
  readonly onTrouble: (error: unknown) => void;
}

interface Part {
  readonly document: GrowingDocument;
  /** Where it ends in the report file, in bytes; null for the one that grows. */
  to: number | null;
  /** Its last line says where the report goes on. */
  isEnded: boolean;
}

/**
 * Shows a report that grows on disk in documents that grow with it, one after the other. They are unsaved
 * documents, since only those can be typed in and take a text at the end at the cost of that text: of a
 * content provider's or a file system's document the editor fetches all with every change, and stops doing
 * so, or overwrites, once the user has typed in it. The price is that closing one asks whether to save it.
 */
export class ReportMirror implements Disposable {
  readonly #options: MirrorOptions;
  readonly #limits: MirrorLimits;
  readonly #disposed = new AbortController();
  #progress: ReportProgress | null = null;
  #parts: Part[] = [];
  #state: MirrorState = 'waiting';
  /** Before the file could not be read any more. */
  #readable: MirrorState = 'growing';
  #pumping: Promise<void> | null = null;
  /** Resolves at the next change of the documents. */
  #change = Promise.withResolvers<void>();

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#limits = options.limits ?? defaultMirrorLimits;
  }

  get state(): MirrorState {
    return this.#state;
  }

  /** Its documents that are open, in order. */
  get growing(): readonly GrowingDocument[] {
    return this.#open.map(({ document }) => document);
  }

  /** Where the next text goes; null when none does. */
  get end(): { readonly document: TextDocument; readonly at: Position } | null {
    const last = this.#parts.at(-1);
    if (this.#state !== 'growing' || !last?.document.isOpen) return null;
    return { document: last.document.document, at: last.document.end };
  }

  /** True when all that is written is shown, or the rest never will be. */
  get isDone(): boolean {
    return this.#pumping === null;
  }

  /** The report has grown, or a section was opened or closed. */
  update(progress: ReportProgress): void {
    this.#progress = progress;
    // The file may be back, or another one.
    if (this.#state === 'unreadable') this.#state = this.#readable;
    if (this.#state === 'waiting' && progress.bytes > 0) this.#state = 'growing';
    this.#pump();
  }

  /** Brings the report to the front; one that was closed is shown anew, from its beginning. */
  async show(): Promise<void> {
    await this.opened();
    const [first] = this.#open;
    if (first) {
      await first.document.reveal(null);
    } else if (this.#progress && this.#progress.bytes > 0) {
      await this.#pumping;
      this.#drop();
      this.#state = 'growing';
      this.#pump();
      await this.opened();
    }
  }

  /** Resolves once it is known which documents are open, and the first one is if it is about to open. */
  async opened(): Promise<void> {
    await Promise.all(this.#parts.map(({ document }) => document.settled()));
    while (this.#isOpening) await this.#change.promise;
  }

  /** Brings a section to the front. False when it is in no document that is open. */
  async reveal(section: number): Promise<boolean> {
    await this.opened();
    const part = this.#open.find(({ document }) => document.headingOffset(section) !== undefined);
    await part?.document.reveal(section);
    return part !== undefined;
  }

  /** True while a section is in the file, but not yet in the document that it will be in. */
  awaits(section: number): boolean {
    if (this.#disposed.signal.aborted || !this.#pumping) return false;
    if (this.#state !== 'growing' || !this.#progress) return false;
    const at = this.#progress.outline().find(({ id }) => id === section)?.at ?? null;
    return at !== null && at >= (this.#parts.at(-1)?.document.bytes ?? 0);
  }

  /** Resolves once a section is there that it awaits, or will not come. */
  async arrival(section: number, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    while (!signal.aborted && this.awaits(section)) {
      await Promise.race([this.#change.promise, aborted]);
    }
  }

  dispose(): void {
    this.#disposed.abort();
    this.#drop();
    this.#change.resolve();
  }

  /** Tells of a change, also those who wait for one. */
  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
    this.#options.onChange();
  }

  get #isOpening(): boolean {
    return !this.#disposed.signal.aborted && this.#pumping !== null && this.#parts.length === 0;
  }

  get #open(): readonly Part[] {
    return this.#parts.filter(({ document }) => document.isOpen);
  }

  #drop(): void {
    for (const { document } of this.#parts) document.dispose();
    this.#parts = [];
  }

  #pump(): void {
    const { signal } = this.#disposed;
    if (this.#pumping || signal.aborted) return;
    this.#pumping = this.#catchUp(signal)
      .catch((error: unknown) => {
        if (signal.aborted) return;
        this.#readable = this.#state;
        this.#state = 'unreadable';
        this.#options.onTrouble(error);
      })
      .finally(() => {
        this.#pumping = null;
        if (signal.aborted) return;
        // More may have been written since it found nothing left to do.
        if (this.#next()) this.#pump();
        this.#changed();
      });
  }

  /** Puts piece after piece where it belongs, one at a time, until the documents have all there is. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    for (let step = this.#next(); step && !signal.aborted; step = this.#next()) {
      const startedAt = performance.now();
      const path = this.#progress?.path;
      try {
        await step();
      } catch (error) {
        // Meanwhile the report may have had to go to another file.
        if (path === this.#progress?.path) throw error;
      }
      if (signal.aborted) return;
      const took = performance.now() - startedAt;
      this.#changed();
      const { gapMs, hiddenGapMs } = this.#limits;
      const gap = this.#parts.at(-1)?.document.isVisible ? gapMs : hiddenGapMs;
      // An editor that is busy is left in peace for longer.
      await delay(Math.max(gap, 2 * took), undefined, { signal });
    }
  }

  /** What is to be done next; null when nothing is. */
  #next(): (() => Promise<void>) | null {
    const progress = this.#progress;
    const last = this.#parts.at(-1);
    if (!progress || this.#state === 'waiting' || this.#state === 'unreadable') return null;
    if (this.#state === 'growing' && last && !last.document.isOpen) this.#state = 'closed';
    const behind = this.#open.find(({ document, to }) => document.bytes < (to ?? progress.bytes));
    if (behind) return () => this.#grow(behind, progress);
    if (this.#state !== 'growing') return null;
    if (!last) return () => this.#begin(0, progress);
    // Full, and there is more.
    return last.to !== null ? () => this.#goOn(last, progress) : null;
  }

  async #grow(part: Part, progress: ReportProgress): Promise<void> {
    const { document } = part;
    const growth = await this.#read(document.bytes, part.to ?? progress.bytes, progress);
    const fits = part.to === null ? fitting(growth, document.size, this.#limits.part) : growth;
    if (fits.bytes > 0 && !(await document.grow(this.#headed(part, fits)))) return;
    if (fits.bytes < growth.bytes) part.to = document.bytes;
  }

  /** Opens the next document for what does not fit into the last one, or leaves the rest to the file. */
  async #goOn(last: Part, progress: ReportProgress): Promise<void> {
    const from = last.to ?? last.document.bytes;
    const next = this.#parts.length + 1;
    const isLast = this.#parts.length >= this.#limits.parts;
    if (!last.isEnded) {
      const note = `${last.document.gap}${isLast ? goesOnInFile : goesOnInPart(next)}`;
      const piece = { section: null, text: note };
      if (!(await last.document.grow({ pieces: [piece], bytes: 0 }))) return;
      // The next one may fail to open, and be tried again.
      last.isEnded = true;
    }
    if (isLast) this.#state = 'file';
    else await this.#begin(from, progress);
  }

  async #begin(from: number, progress: ReportProgress): Promise<void> {
    const document = await GrowingDocument.open(from, {
      spool: progress.path,
      onChange: () => {
        this.#pump();
        this.#changed();
      },
      onDocument: (own) => this.#options.onDocument(own, progress.path),
    });
    const part: Part = { document, to: null, isEnded: false };
    try {
      // Only what has its place can be brought to the front.
      if (!this.#disposed.signal.aborted) await this.#place(document);
    } finally {
      if (this.#disposed.signal.aborted) document.dispose();
      else this.#parts.push(part);
    }
    if (!this.#disposed.signal.aborted) await this.#grow(part, progress);
  }

  async #place(document: GrowingDocument): Promise<void> {
    const before = this.#parts.at(-1)?.document;
    if (before) await document.showBehind(before.column);
    else await document.showBeside();
  }

  /** With the heading that a further part begins with. */
  #headed(part: Part, growth: Growth): Growth {
    const index = this.#parts.indexOf(part);
    if (index < 1 || part.document.size.characters > 0) return growth;
    const [first, ...rest] = growth.pieces;
    const heading = { section: null, text: partHeading(index + 1, this.#options.subject) };
    const own =
      first?.section === null ? { ...first, text: first.text.replace(/^[\r\n]+/, '') } : first;
    return { pieces: [heading, ...(own ? [own] : []), ...rest], bytes: growth.bytes };
  }

  async #read(from: number, to: number, { path, outline }: ReportProgress): Promise<Growth> {
    const bytes = await readWhole(path, from, Math.min(this.#limits.batchBytes, to - from));
    return growthOf(bytes, from, outline());
  }
}
