import { join, parse } from 'node:path';
import type { RunId } from '../trajectory/events';
import { type ReportProgress, type ReportSection, ReportSpool } from './reportSpool';
import { type SavedDocument, SavedDocuments } from './savedDocuments';

/** What a run writes besides its answer. */
export interface OutputFiles {
  readonly spool: ReportSpool;
  readonly documents: SavedDocuments;
  readonly onDocument: (document: SavedDocument) => void;
  /**
   * Code that is run again, to go on with an earlier run: whether it writes again. A run that is resumed
   * has a report of its own; one that follows up had the earlier report told already.
   */
  readonly repeats: boolean;
}

/**
 * Where one RLM writes: all of the report for the root, for a child the place where its parent was when
 * it asked. So the order of the report is that of the code, however long each child takes.
 */
export class Report {
  readonly files: OutputFiles;
  readonly #part: number;

  constructor(files: OutputFiles, part = files.spool.root) {
    this.files = files;
    this.#part = part;
  }

  /** Reserves the place of a child, at once. End it with `end`. */
  child(): Report {
    return new Report(this.files, this.files.spool.openPart(this.#part));
  }

  /** What comes after the child has its turn now. */
  async end(): Promise<void> {
    await this.files.spool.close(this.#part);
  }

  /** A section with a first text, which may be empty. Without `close` it stays open. */
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

  async sections(): Promise<readonly ReportSection[]> {
    return this.files.spool.sections(this.#part);
  }

  async characters(): Promise<number> {
    return this.files.spool.characters(this.#part);
  }

  /** The title of a section of this part; null when there is none. */
  titleOf(section: number): string | null {
    return this.files.spool.titleOf(this.#own(section));
  }

  /** A section of somebody else is none. */
  #own(section: number | null): number {
    if (section === null) return this.#part;
    return this.files.spool.has(section, this.#part) ? section : -1;
  }
}

export interface ReportPlan {
  readonly run: RunId;
  readonly logFolder: string;
  /** Where the report goes; null for beside the log. */
  readonly file: string | null;
  readonly repeats: boolean;
  readonly onProgress?: (progress: ReportProgress) => void;
  readonly onDocument?: (document: SavedDocument) => void;
}

/** The report of a run, and beside it `<its name>-documents/`. Nothing is made before something is written. */
export function planReport(plan: ReportPlan): Report {
  const path = plan.file ?? join(plan.logFolder, `${plan.run}.report.md`);
  const { dir, name } = parse(path);
  return new Report({
    spool: new ReportSpool({
      path,
      sidePath: join(plan.logFolder, `${plan.run}.report-parts`),
      ...(plan.onProgress ? { onProgress: plan.onProgress } : {}),
    }),
    documents: new SavedDocuments(join(dir, `${name}-documents`)),
    onDocument: plan.onDocument ?? (() => undefined),
    repeats: plan.repeats,
  });
}
