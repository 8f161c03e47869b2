import { join, parse } from 'node:path';
import type { RunId } from '../../trajectory/events';
import type { ExistingText } from './appendFile';
import type { ReportCounts } from './reportPlace';
import type { ReportProgress, ReportSection } from './reportProgress';
import { ReportSpool } from './reportSpool';
import { type SavedDocument, SavedDocuments } from './savedDocuments';

/** The files that a run writes besides its answer. */
export interface OutputFiles {
  readonly spool: ReportSpool;
  readonly documents: SavedDocuments;
  readonly onDocument: (document: SavedDocument) => void;
}

/**
 * The part of the report that one RLM writes: all of it for the root; for a child, the place where its parent was when
 * it called. So the report has the order of the code, however long each child takes.
 */
export class Report {
  readonly files: OutputFiles;
  readonly #part: number;

  constructor(files: OutputFiles, part = files.spool.root) {
    this.files = files;
    this.#part = part;
  }

  /** Reserves the place of a child at once. End it with `end`. */
  child(): Report {
    return new Report(this.files, this.files.spool.openPart(this.#part));
  }

  /** Ends the part, so that what follows it can be written. */
  async end(): Promise<void> {
    await this.files.spool.close(this.#part);
  }

  /** Adds a section with a first text, which may be empty. Without `close` it stays open. */
  async section(title: string, level: number, text: Buffer, close: boolean): Promise<number> {
    const id = await this.files.spool.openSection(this.#part, title, level, text);
    if (close) await this.files.spool.close(id);
    return id;
  }

  /** @param section null for the end of the report. */
  async write(section: number | null, bytes: Buffer): Promise<void> {
    await this.files.spool.write(this.#own(section), bytes);
  }

  async close(section: number): Promise<void> {
    await this.files.spool.close(this.#own(section));
  }

  /** Notes that something was not written, and the code was not told. @param why as a sentence. */
  lost(why: string): void {
    this.files.spool.lost(why);
  }

  /** Its sections, in order: all, none, or that one if it exists. */
  async sections(which: 'all' | 'none' | number): Promise<readonly ReportSection[]> {
    const { spool } = this.files;
    if (which === 'all') return spool.sections(this.#part);
    return which === 'none' || !spool.has(which, this.#part) ? [] : spool.sections(which);
  }

  async counts(): Promise<ReportCounts> {
    return this.files.spool.counts(this.#part);
  }

  /** The heading of a section of this part, as in the report; null when there is none. */
  headingOf(section: number): string | null {
    return this.files.spool.headingOf(this.#own(section));
  }

  /** Refuses sections of other parts. */
  #own(section: number | null): number {
    if (section === null) return this.#part;
    return this.files.spool.has(section, this.#part) ? section : -1;
  }
}

export interface ReportPlan {
  readonly run: RunId;
  readonly logFolder: string;
  /** The file of the report; null for beside the log. */
  readonly file: string | null;
  /** An existing report to write again; null for none. */
  readonly existing: ExistingReport | null;
  readonly onProgress: (progress: ReportProgress) => void;
  readonly onDocument?: (document: SavedDocument) => void;
}

/** An existing report to write again: its path, and its ending if it has one. */
export interface ExistingReport {
  readonly path: string;
  readonly ending: ExistingText['ending'];
}

/** The file beside a run's log for what is written out of order. */
export function sideFileOf(logFolder: string, run: string): string {
  return join(logFolder, `${run}.report-parts`);
}

/** The report of a run, with `<its name>-documents/` beside it. Nothing is made before something is written. */
export function planReport(plan: ReportPlan): Report {
  const { run, logFolder, existing } = plan;
  const beside = join(logFolder, `${run}.report.md`);
  const path = plan.file ?? existing?.path ?? beside;
  const goesOn = existing?.path === path;
  const { dir, name } = parse(path);
  return new Report({
    spool: new ReportSpool({
      path,
      sidePath: sideFileOf(logFolder, run),
      ...(goesOn ? { existing: { spare: beside, ending: existing.ending } } : {}),
      onProgress: plan.onProgress,
    }),
    documents: new SavedDocuments(join(dir, `${name}-documents`), goesOn ? run : null),
    onDocument: plan.onDocument ?? (() => undefined),
  });
}
