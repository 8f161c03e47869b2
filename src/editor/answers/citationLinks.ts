import {
  type CancellationToken,
  Disposable,
  DocumentLink,
  type DocumentLinkProvider,
  languages,
  Range,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import { wholePath } from '../../rlm/citations/wholePath';
import { tailOf } from '../documentTail';
import { beginsFooter, fileNamedIn, runOfAnswer } from './answerText';
import type { AskedSubjects } from './askedSubjects';
import { CitationIndex, type CitationInLine } from './citationIndex';
import { CitedFiles } from './citedFiles';
import { citedPlace, hasLines } from './citedPlace';

/** The most links at once. A document with more has links only around its visible lines. */
const mostLinks = 4_000;
/** How many lines before and after the visible ones have links then. */
const around = 2_000;
/** How long scrolling must pause before links are made for the new place, in ms. */
const restMs = 200;

/** Knows which documents are its own: answers, or reports. */
export interface DocumentOwner {
  owns(document: TextDocument): boolean;
}

/** Turns the citations of answers and reports into links that open the file with the cited lines selected. */
export class CitationLinks implements DocumentLinkProvider, Disposable {
  readonly #owners: readonly DocumentOwner[];
  readonly #subjects: AskedSubjects;
  readonly #indexes = new Map<TextDocument, CitationIndex>();
  readonly #files = new CitedFiles();
  /** For documents with too many links: the lines that have them now. */
  readonly #windows = new Map<TextDocument, { readonly first: number; readonly last: number }>();
  readonly #listening: Disposable;
  #registration: Disposable;
  #resting: NodeJS.Timeout | undefined;

  /** @param owners of the documents whose citations become links. */
  constructor(owners: readonly DocumentOwner[], subjects: AskedSubjects) {
    this.#owners = owners;
    this.#subjects = subjects;
    this.#registration = this.#register();
    this.#listening = Disposable.from(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) =>
        this.#indexes.get(document)?.change(
          contentChanges.map(({ range, text }) => ({
            first: range.start.line,
            last: range.end.line,
            lines: text.split('\n').length,
          })),
        ),
      ),
      workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) =>
        this.#follow(textEditor.document),
      ),
    );
  }

  async provideDocumentLinks(
    document: TextDocument,
    token: CancellationToken,
  ): Promise<DocumentLink[]> {
    if (!this.#owners.some((owner) => owner.owns(document))) {
      this.#forget(document);
      return [];
    }
    const index = this.#indexes.get(document) ?? new CitationIndex(document.lineCount);
    this.#indexes.set(document, index);
    // The editor asks again when the document changes meanwhile.
    if (!(await index.update(document, () => token.isCancellationRequested))) return [];
    const citations = this.#shown(document, index);
    const paths = new Set(citations.map(({ path }) => path));
    const elsewhere = this.#filesElsewhere(document);
    const files = await this.#files.find(paths, token);
    const links = citations.flatMap((citation) => {
      const { path } = citation;
      const whole = files.has(path) ? path : wholePath(path, files.keys());
      const file = elsewhere.get(path) ?? files.get(whole ?? path);
      return file ? linkOf(citation, file, document.lineAt(citation.line).text) : [];
    });
    return [...links, ...logLink(document)];
  }

  /** Files outside of the workspace that an answer is about, by their names in it. */
  #filesElsewhere(document: TextDocument): ReadonlyMap<string, Uri> {
    const run = runOfAnswer(tailOf(document));
    const subject = run === null ? null : this.#subjects.of(run);
    if (subject?.kind !== 'documents') return new Map();
    return new Map(
      subject.documents.flatMap((source) =>
        source.from === 'file' ? [[source.name, Uri.file(source.path)] as const] : [],
      ),
    );
  }

  dispose(): void {
    clearTimeout(this.#resting);
    this.#registration.dispose();
    this.#listening.dispose();
  }

  #register(): Disposable {
    return languages.registerDocumentLinkProvider({ language: 'markdown' }, this);
  }

  #shown(document: TextDocument, index: CitationIndex): readonly CitationInLine[] {
    if (index.size <= mostLinks) {
      this.#windows.delete(document);
      return [...index.between(0, document.lineCount)];
    }
    const { first, last } = seenIn(document);
    const lines = { first: Math.max(0, first - around), last: last + around };
    this.#windows.set(document, lines);
    return [...index.between(lines.first, lines.last)].slice(0, mostLinks);
  }

  /** The editor asks for links when a text changes, not when it is scrolled. Registering again makes it ask. */
  #follow(document: TextDocument): void {
    const lines = this.#windows.get(document);
    if (!lines) return;
    const { first, last } = seenIn(document);
    if (first >= lines.first && last <= lines.last) return;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      const before = this.#registration;
      this.#registration = this.#register();
      before.dispose();
    }, restMs);
  }

  #forget(document: TextDocument): void {
    this.#indexes.delete(document);
    this.#windows.delete(document);
  }
}

/** The uri that opens a file with these lines selected. @param end inclusive. */
function linesOf(file: Uri, start: number, end: number): Uri {
  // The selection ends where the next line starts, so that the view does not scroll sideways.
  return file.with({ fragment: `L${start},1-L${end + 1},1` });
}

/** The visible lines of a document, in all editors. */
function seenIn(document: TextDocument): { readonly first: number; readonly last: number } {
  const ranges = window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .flatMap(({ visibleRanges }) => visibleRanges);
  const [range] = ranges;
  if (!range) return { first: 0, last: 0 };
  return {
    first: Math.min(...ranges.map(({ start }) => start.line)),
    last: Math.max(...ranges.map(({ end }) => end.line)),
  };
}

function linkOf(
  { path, start, end, line, index, length }: CitationInLine,
  file: Uri,
  text: string,
): DocumentLink[] {
  if (start < 1 || end < start) return [];
  const range = new Range(line, index, line, index + length);
  const link = new DocumentLink(range, hasLines(path) ? linesOf(file, start, end) : file);
  link.tooltip = citedPlace(path, start, end, text.slice(index + length));
  return [link];
}

/** Links to the log and the report named in an answer's footer. */
function logLink(document: TextDocument): DocumentLink[] {
  const tail = tailOf(document).split(/\r?\n/);
  const first = document.lineCount - tail.length;
  // Lines before it are the model's.
  const footer = tail.findLastIndex(beginsFooter);
  if (footer < 0) return [];
  return tail.flatMap((text, at) => {
    const named = at > footer ? fileNamedIn(text) : null;
    if (named === null) return [];
    const { path, index } = named;
    const line = Math.max(0, first) + at;
    return [new DocumentLink(new Range(line, index, line, index + path.length), Uri.file(path))];
  });
}
