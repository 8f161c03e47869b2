import { setTimeout as delay } from 'node:timers/promises';
import type { Disposable, Position, TextDocument } from 'vscode';
import type { ReportProgress } from '../../../rlm/report/reportProgress';
import { GrowingDocument } from './growingDocument';
import { fitting, type Growth, growthOf } from './growth';
import { defaultPartLimits, type PartLimits } from './partEnd';
import { goesOnInFile, goesOnInPart, partHeading } from './partTexts';
import { readWholeCharacters } from './spoolText';

/** The limits of a mirror. */
export interface MirrorLimits {
  /** Of one document; then the report continues in the next one. */
  readonly part: PartLimits;
  /** How many documents; the rest is only in the file. */
  readonly parts: number;
  /** How much is inserted at once, in bytes: larger pieces make typing elsewhere stutter. */
  readonly batchBytes: number;
  /** The least time between two pieces, in ms: while the document is visible, and while it is not. */
  readonly gapMs: number;
  readonly hiddenGapMs: number;
}

/**
 * Measured while typing beside a report of 30 MB, on two cores: the slowest of 20 keystrokes took 219 ms with
 * pieces of 128 KB, and 127 ms with pieces of 32 KB. Pieces of 1 MB block the editor for half a second and more.
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
 * - `growing`: it is shown as it grows, or all of it is shown.
 * - `closed`: the user closed the growing document.
 * - `file`: the documents are full, the rest is only in the file.
 * - `unreadable`: the file can't be read any more.
 */
export type MirrorState = 'waiting' | 'growing' | 'closed' | 'file' | 'unreadable';

export interface MirrorOptions {
  /** What the report is about, for the headings of its parts. */
  readonly subject: string;
  readonly limits?: MirrorLimits;
  /** Called when a document was opened, grew, was closed or was edited by the user. */
  readonly onChange: () => void;
  /** Called with each document in which the report grows, also with a file that the user saves one as. */
  readonly onDocument: (document: TextDocument, path: string) => void;
  /** Called, for the log, with the reason why the file can't be read. */
  readonly onTrouble: (error: unknown) => void;
}

interface Part {
  readonly document: GrowingDocument;
  /** Where it ends in the report file, in bytes; null for the growing one. */
  to: number | null;
  /** Its last line says where the report continues. */
  isEnded: boolean;
}

/**
 * Shows a report that grows on disk in documents that grow with it, one after the other. They are untitled
 * documents: only those can be edited, and appending to them costs only the appended text. A document of a content
 * provider or a file system is fetched whole with every change, and once the user has typed in it, it stops
 * following or loses the edit. The price is that closing an untitled document asks whether to save it.
 */
export class ReportMirror implements Disposable {
  readonly #options: MirrorOptions;
  readonly #limits: MirrorLimits;
  readonly #disposed = new AbortController();
  #progress: ReportProgress | null = null;
  #parts: Part[] = [];
  #state: MirrorState = 'waiting';
  /** The state before the file became unreadable. */
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

  /** Its open documents, in order. */
  get growing(): readonly GrowingDocument[] {
    return this.#open.map(({ document }) => document);
  }

  /** Where the next text goes; null when none does. */
  get end(): { readonly document: TextDocument; readonly at: Position } | null {
    const last = this.#parts.at(-1);
    if (this.#state !== 'growing' || !last?.document.isOpen) return null;
    return { document: last.document.document, at: last.document.end };
  }

  /** True when everything is shown, or the rest never will be. */
  get isDone(): boolean {
    return this.#pumping === null;
  }

  /** Notes that the report has grown, or that a section was opened or closed. */
  update(progress: ReportProgress): void {
    this.#progress = progress;
    // The file may be back, or the report may be in another one.
    if (this.#state === 'unreadable') this.#state = this.#readable;
    if (this.#state === 'waiting' && progress.bytes > 0) this.#state = 'growing';
    this.#pump();
  }

  /** Brings the report to the front. A closed one is shown again, from its beginning. */
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

  /** Resolves once it is known which documents are open, and the first document has opened if it is about to. */
  async opened(): Promise<void> {
    await Promise.all(this.#parts.map(({ document }) => document.settled()));
    while (this.#isOpening) await this.#change.promise;
  }

  /** Brings a section to the front. False when no open document has it. */
  async reveal(section: number): Promise<boolean> {
    await this.opened();
    const part = this.#open.find(({ document }) => document.headingOffset(section) !== undefined);
    await part?.document.reveal(section);
    return part !== undefined;
  }

  /** True while a section is in the file, but not yet in its document. */
  awaits(section: number): boolean {
    if (this.#disposed.signal.aborted || !this.#pumping) return false;
    if (this.#state !== 'growing' || !this.#progress) return false;
    const at = this.#progress.outline().find(({ id }) => id === section)?.at ?? null;
    return at !== null && at >= (this.#parts.at(-1)?.document.bytes ?? 0);
  }

  /** Resolves once an awaited section is there, or will not come. */
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

  /** Reports a change, also to those who wait for one. */
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
        // More may have been written meanwhile.
        if (this.#next()) this.#pump();
        this.#changed();
      });
  }

  /** Appends piece after piece until the documents have everything. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    for (let step = this.#next(); step && !signal.aborted; step = this.#next()) {
      const startedAt = performance.now();
      const path = this.#progress?.path;
      try {
        await step();
      } catch (error) {
        // The report may have moved to another file meanwhile.
        if (path === this.#progress?.path) throw error;
      }
      if (signal.aborted) return;
      const took = performance.now() - startedAt;
      this.#changed();
      const { gapMs, hiddenGapMs } = this.#limits;
      const gap = this.#parts.at(-1)?.document.isVisible ? gapMs : hiddenGapMs;
      // Waits longer for a busy editor.
      await delay(Math.max(gap, 2 * took), undefined, { signal });
    }
  }

  /** The next thing to do; null when there is none. */
  #next(): (() => Promise<void>) | null {
    const progress = this.#progress;
    const last = this.#parts.at(-1);
    if (!progress || this.#state === 'waiting' || this.#state === 'unreadable') return null;
    if (this.#state === 'growing' && last && !last.document.isOpen) this.#state = 'closed';
    const behind = this.#open.find(({ document, to }) => document.bytes < (to ?? progress.bytes));
    if (behind) return () => this.#grow(behind, progress);
    if (this.#state !== 'growing') return null;
    if (!last) return () => this.#begin(0, progress);
    // The document is full, and there is more.
    return last.to !== null ? () => this.#goOn(last, progress) : null;
  }

  async #grow(part: Part, progress: ReportProgress): Promise<void> {
    const { document } = part;
    const growth = await this.#read(document.bytes, part.to ?? progress.bytes, progress);
    const fits = part.to === null ? fitting(growth, document.size, this.#limits.part) : growth;
    if (fits.bytes > 0 && !(await document.grow(this.#headed(part, fits)))) return;
    if (fits.bytes < growth.bytes) part.to = document.bytes;
  }

  /** Opens the next document, or leaves the rest to the file. */
  async #goOn(last: Part, progress: ReportProgress): Promise<void> {
    const from = last.to ?? last.document.bytes;
    const next = this.#parts.length + 1;
    const isLast = this.#parts.length >= this.#limits.parts;
    if (!last.isEnded) {
      const note = `${last.document.gap}${isLast ? goesOnInFile : goesOnInPart(next)}`;
      const piece = { section: null, text: note };
      if (!(await last.document.grow({ pieces: [piece], bytes: 0 }))) return;
      // Noted at once: opening the next document may fail and be tried again.
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
      // Only a document with a tab can be brought to the front.
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

  /** The growth, with a heading if it begins a further part. */
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
    const bytes = await readWholeCharacters(
      path,
      from,
      Math.min(this.#limits.batchBytes, to - from),
    );
    return growthOf(bytes, from, outline());
  }
}
