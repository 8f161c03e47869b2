import type { FileText, GrepMatch } from '../../repository/repository';
import type { SeenFile, SeenHow } from '../../trajectory/events';
import type { SubjectDocument } from '../subject/subject';
import { hashLines, LineAnchors, type NumberedHash } from './lineAnchors';
import { LineRanges } from './lineRanges';
import { LinesBelow } from './linesBelow';
import { type LineSpan, type NamedLine, type PromptLine, promptLines } from './promptLines';
import { ReadTexts } from './readTexts';
import { SeenLines } from './seenLines';

/** How many files a run saw, from rough to close. */
export interface CoverageCounts {
  /** Files in the repository, as far as they were listed; 0 without a listing. */
  readonly filesTotal: number;
  readonly filesListed: number;
  readonly filesMatched: number;
  readonly filesRead: number;
  readonly filesSentToModels: number;
  /** Missing when there are none. */
  readonly unseenMatches?: UnseenMatches;
}

/** Lines that searches matched, but that were neither read by code nor sent or shown to a model. */
export interface UnseenMatches {
  readonly lines: number;
  readonly files: number;
  /** The first 100 files, with at most 20 ranges of lines each. */
  readonly places: readonly {
    readonly path: string;
    readonly lines: readonly (readonly [start: number, end: number])[];
  }[];
}

/** How many files' lines are kept; of further files, only that they were seen. */
const mostFiles = 200_000;
/** Documents that are longer together are not recognized in prompts: it would delay the start. */
const mostDocumentChars = 5_000_000;
/** A longer part of a lazy document is not recognized in prompts by its content, for the same reason. */
const mostPartChars = 2_000_000;
/** How many ranges of matched lines are kept over all files. */
const mostMatchedRanges = 500_000;
/** How many places one call adds to the events of a run; the figures count all. */
const mostNews = 5_000;
/** Files and ranges per file in `unseenMatches`. */
const mostUnseenFiles = 100;
const mostUnseenRanges = 20;
/** Files and ranges per file and step in the record. */
const mostRecordedFiles = 5_000;
const mostRecordedRanges = 200;

type Step = Exclude<SeenHow, 'listed'>;

/** The coverage of a file. A missing step was not reached. */
type FileCoverage = { [S in Step]?: LineRanges };

/** The coverage of a run, as in its log. */
export interface CoverageRecord extends CoverageCounts {
  /** Files that were more than listed, in the order they were seen, with `[start, end]` of lines at each step. */
  readonly files: readonly ({ readonly path: string } & {
    readonly [S in Step]?: readonly (readonly [number, number])[];
  })[];
  readonly filesLeftOut: number;
}

/**
 * Tracks which files and lines a run has seen, from rough to close: listed, matched by a search, read by code, sent to
 * a model (in the prompt of a sub-call, or shown to a root LM as output). Each method returns what is new, for the
 * events of the node that saw it. Bounded in memory, also on repositories of 70,000 files.
 */
export class Coverage {
  /** The texts as they were read. */
  readonly texts = new ReadTexts();
  readonly #anchors = new LineAnchors();
  readonly #seen = new SeenLines();
  readonly #files = new Map<string, FileCoverage>();
  readonly #listed = new Set<string>();
  /** Documents by their names, and by those in code: `context` or `context[2]`. */
  readonly #documents = new Map<string, KnownDocument>();
  /** Last lines of files whose beginning a model was told before any code ran. */
  readonly #told = new Map<string, number>();
  #hasLooked = false;
  /** The same for what came before in the conversation. */
  #before: Coverage | null = null;
  #mostListed = 0;
  #matchedRanges = 0;

  /**
   * Takes the documents of the context. For those that code has in memory, only sent lines count; a lazy document is
   * also read, piece by piece.
   */
  about(documents: readonly SubjectDocument[]): void {
    let chars = 0;
    for (const [index, { name, text, firstLine = 1 }] of documents.entries()) {
      const lines = typeof text === 'string' ? lineEnds(text) + 1 : text.lines;
      const unknown = typeof text === 'string' ? { text, firstLine } : null;
      const known: KnownDocument = { name, lines: firstLine - 1 + lines, unknown };
      this.#documents.set(documents.length === 1 ? 'context' : `context[${index}]`, known);
      this.#documents.set(name, known);
      if (typeof text !== 'string') continue;
      chars += text.length;
      if (chars <= mostDocumentChars) this.#anchors.remember(name, hashLines(text), firstLine);
    }
  }

  /** What an earlier question of the same conversation has seen counts as evidence, not as coverage. */
  goOnFrom(before: Coverage): void {
    if (before !== this) this.#before = before;
  }

  /** How closely a line was seen: by a model, by code of the run, or not at all. */
  sightOf(path: string, line: number): 'sent' | 'used' | null {
    const name = this.#documents.get(path)?.name ?? path;
    const file = this.#files.get(name);
    if (file?.sent?.has(line) || line <= (this.#told.get(name) ?? 0)) return 'sent';
    const earlier = this.#before?.sightOf(name, line) ?? null;
    if (earlier === 'sent') return earlier;
    return file?.read?.has(line) || file?.matched?.has(line) ? 'used' : earlier;
  }

  /** Lines that a model is shown, whatever else they stand in. */
  shown(path: string, start: number, end: number): void {
    this.#add('sent', path, start, end, new News());
  }

  /** Text of a lazy document that code has got, which begins in that line. */
  readPart(path: string, text: string, start: number): SeenFile[] {
    const news = new News();
    if (text.length <= mostPartChars) this.#remember(path, text, start);
    const end = start + lineEnds(text) - (text.endsWith('\n') ? 1 : 0);
    if (text !== '') this.#add('read', path, start, end, news);
    return news.files;
  }

  /** Code asked something of the context, whatever came of it. */
  looked(): void {
    this.#hasLooked = true;
  }

  /** Whether any code of the run did. */
  get hasLooked(): boolean {
    return this.#hasLooked;
  }

  /** The first lines of a file, as a model was told them before its first turn. */
  told(path: string, lines: number): void {
    this.#told.set(path, Math.max(lines, this.#told.get(path) ?? 0));
  }

  listed(paths: readonly string[]): SeenFile[] {
    this.#mostListed = Math.max(this.#mostListed, paths.length);
    const news = new News();
    for (const path of paths) {
      if (this.#listed.has(path)) continue;
      if (this.#listed.size < mostFiles) this.#listed.add(path);
      if (!this.#files.has(path)) news.add({ path, how: 'listed' });
    }
    return news.files;
  }

  /** Notes files with matches, without the lines. */
  counted(paths: Iterable<string>): SeenFile[] {
    const news = new News();
    for (const path of paths) {
      const file = this.#file(path);
      if (!file || file.matched) continue;
      file.matched = new LineRanges();
      news.add({ path, how: 'matched' });
    }
    return news.files;
  }

  /** Notes lines that matched. Those around them, with column 0, count as read. */
  matched(matches: readonly GrepMatch[]): SeenFile[] {
    const news = new News();
    for (const { path, line, column, text } of matches) {
      const end = line + lineEnds(text);
      this.#remember(path, text, line);
      if (column > 0 && this.#matchedRanges >= mostMatchedRanges) continue;
      if (this.#add(column > 0 ? 'matched' : 'read', path, line, end, news)) {
        this.#matchedRanges += 1;
      }
    }
    return news.files;
  }

  read({ path, text, start, end, totalLines }: FileText): SeenFile[] {
    const news = new News();
    this.texts.remember(path, text, start, end, totalLines);
    this.#remember(path, text, start);
    this.#add('read', path, start, end, news);
    return news.files;
  }

  /**
   * Finds out which lines a text holds that a model is sent, and only of those that were read or matched
   * before. Below a header `=== path:start-end ===` they are known by their numbers, or by where they stand,
   * if the text is what was read there; as `path:line: text`, as matches print; anywhere else by their
   * content.
   */
  sent(text: string): SeenFile[] {
    const news = new News();
    for (const { path, start, end } of this.linesIn(text))
      this.#add('sent', path, start, end, news);
    return news.files;
  }

  /** The lines that `sent` finds in a text, in no order; they count as sent no more than before. */
  linesIn(text: string): readonly LineSpan[] {
    const found: LineSpan[] = [];
    if (this.#files.size + this.#documents.size === 0) return found;
    const lines = promptLines(text);
    const named = this.#linesByName(lines, found);
    const numbered = lines.map(({ whole, numbered: margin }, index): NumberedHash | null => {
      if (named.has(index)) return null;
      return margin ? { ...margin.text, number: margin.line } : whole;
    });
    const known = this.#linesByContent(numbered, found);
    // What looks like a number in the margin may be text.
    const rest = lines.map(({ whole, numbered: margin }, index) =>
      margin === null || named.has(index) || known.has(index) ? null : whole,
    );
    this.#linesByContent(rest, found);
    return found;
  }

  counts(filesTotal: number): CoverageCounts {
    const counts = { matched: 0, read: 0, sent: 0 };
    for (const file of this.#files.values()) {
      if (file.matched) counts.matched += 1;
      if (file.read) counts.read += 1;
      if (file.sent) counts.sent += 1;
    }
    const unseenMatches = this.#unseenMatches();
    return {
      filesTotal,
      filesListed: Math.max(this.#listed.size, this.#mostListed),
      filesMatched: counts.matched,
      filesRead: counts.read,
      filesSentToModels: counts.sent,
      ...(unseenMatches.lines > 0 ? { unseenMatches } : {}),
    };
  }

  /** The coverage of the run so far. */
  record(filesTotal: number): CoverageRecord {
    const ranges = (lines: LineRanges | undefined) => lines?.ranges(mostRecordedRanges);
    const files = [...this.#files].slice(0, mostRecordedFiles).map(([path, file]) => {
      const [matched, read, sent] = [ranges(file.matched), ranges(file.read), ranges(file.sent)];
      return {
        path,
        ...(matched && { matched }),
        ...(read && { read }),
        ...(sent && { sent }),
      };
    });
    return { ...this.counts(filesTotal), files, filesLeftOut: this.#files.size - files.length };
  }

  /** The matched lines that were neither read nor sent nor shown. */
  #unseenMatches(): UnseenMatches {
    const files: { path: string; lines: [number, number][] }[] = [];
    let filesInAll = 0;
    let linesInAll = 0;
    for (const [path, { matched, read, sent }] of this.#files) {
      if (!matched) continue;
      const unseen = new LineRanges();
      let lines = 0;
      for (const [start, end] of matched.ranges()) {
        for (let line = start; line <= end; line++) {
          if (read?.has(line) || sent?.has(line)) continue;
          lines += 1;
          if (unseen.count <= mostUnseenRanges) unseen.add(line, line);
        }
      }
      if (lines === 0) continue;
      filesInAll += 1;
      linesInAll += lines;
      if (files.length < mostUnseenFiles) {
        files.push({ path, lines: unseen.ranges(mostUnseenRanges) });
      }
    }
    return { lines: linesInAll, files: filesInAll, places: files };
  }

  /** Remembers what lines of a file say, to know them again. */
  #remember(path: string, text: string, start: number): void {
    const lines = hashLines(text);
    this.#anchors.remember(path, lines, start);
    for (const [index, { hash }] of lines.entries()) this.#seen.add(path, start + index, hash);
  }

  /** Lines that are known by their content. Returns the indexes of the lines that are. */
  #linesByContent(lines: readonly (NumberedHash | null)[], found: LineSpan[]): ReadonlySet<number> {
    const indexes = new Set<number>();
    for (const { path, start, end, at } of this.#anchors.find(lines)) {
      found.push({ path, start, end });
      for (let index = at; index <= at + end - start; index++) indexes.add(index);
    }
    return indexes;
  }

  /** Lines that have a name, and are what it says. Returns the indexes of the lines that are. */
  #linesByName(lines: readonly PromptLine[], found: LineSpan[]): ReadonlySet<number> {
    const indexes = new Set<number>();
    let below: LinesBelow | null = null;
    for (const [index, line] of lines.entries()) {
      if (line.header) {
        below = new LinesBelow(this.#canonical(line.header), index + 1, this.#seen);
        continue;
      }
      const number = below?.lineAt(index, line) ?? null;
      if (below && number !== null) {
        found.push({ path: below.path, start: number, end: number });
        indexes.add(index);
      } else if (line.places.some((place) => this.#placeIfSeen(place, found))) {
        indexes.add(index);
      }
    }
    return indexes;
  }

  /** The same lines under the name that they are recorded by. */
  #canonical(span: LineSpan): LineSpan {
    const document = this.#documents.get(span.path);
    if (!document) return span;
    if (document.unknown) {
      const { text, firstLine } = document.unknown;
      document.unknown = null;
      for (const [index, { hash }] of hashLines(text).entries()) {
        this.#seen.add(document.name, firstLine + index, hash);
      }
    }
    return { ...span, path: document.name };
  }

  #placeIfSeen({ path, line }: NamedLine, found: LineSpan[]): boolean {
    const document = this.#documents.get(path);
    const file = this.#files.get(path);
    const seen = document
      ? line <= document.lines
      : (file?.read?.has(line) ?? false) || (file?.matched?.has(line) ?? false);
    if (seen) found.push({ path: document?.name ?? path, start: line, end: line });
    return seen;
  }

  /** Adds lines to a step of a file; false when all are known. */
  #add(step: Step, path: string, start: number, end: number, news: News): boolean {
    const file = this.#file(path);
    if (!file) return false;
    file[step] ??= new LineRanges();
    const ranges = file[step];
    if (!ranges.add(start, end)) return false;
    news.add({ path, how: step, start, end });
    return true;
  }

  #file(path: string): FileCoverage | null {
    const known = this.#files.get(path);
    if (known) return known;
    if (this.#files.size >= mostFiles) return null;
    const file: FileCoverage = {};
    this.#files.set(path, file);
    return file;
  }
}

/** A document of the context. */
interface KnownDocument {
  readonly name: string;
  /** The number of its last line. */
  readonly lines: number;
  /** Its text, as long as its lines are not remembered one by one. */
  unknown: { readonly text: string; readonly firstLine: number } | null;
}

/** Collects what is new, up to a bound. Adjacent lines become one place. */
class News {
  readonly files: SeenFile[] = [];

  add(file: SeenFile): void {
    const last = this.files.at(-1);
    if (
      last?.path === file.path &&
      last.how === file.how &&
      last.start !== undefined &&
      last.end !== undefined &&
      last.end + 1 === file.start &&
      file.end !== undefined
    ) {
      this.files[this.files.length - 1] = { ...last, end: file.end };
    } else if (this.files.length < mostNews) {
      this.files.push(file);
    }
  }
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
