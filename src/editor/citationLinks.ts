import {
  type CancellationToken,
  DocumentLink,
  type DocumentLinkProvider,
  FileType,
  Range,
  type TextDocument,
  Uri,
  workspace,
} from 'vscode';
import { findCitations } from '../rlm/citations';
import type { Answers } from './answers';
import { citedFile } from './citedFile';

/** Files looked up at once. */
const parallelLookups = 16;

/** Makes the citations of an answer links that open the file with the cited lines selected. */
export class CitationLinks implements DocumentLinkProvider {
  readonly #answers: Answers;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  async provideDocumentLinks(
    document: TextDocument,
    token: CancellationToken,
  ): Promise<DocumentLink[]> {
    if (!this.#answers.owns(document)) return [];
    const text = document.getText();
    // The ranges first: while files are looked up, the document may change or close.
    const citations = findCitations(text).map((mark) => ({
      ...mark,
      range: rangeOf(document, mark.index, mark.length),
    }));
    const log = logLink(document, text);
    const files = await existingFiles(new Set(citations.map(({ path }) => path)), token);
    const links = citations.flatMap(({ path, start, end, range }) => {
      const file = files.get(path);
      if (!file || start < 1 || end < start) return [];
      const link = new DocumentLink(range, linesOf(file, start, end));
      link.tooltip = start === end ? `${path}, line ${start}` : `${path}, lines ${start} to ${end}`;
      return [link];
    });
    return [...links, ...log];
  }
}

/** The uri of a file with lines: it opens with them selected. @param end inclusive. */
export function linesOf(file: Uri, start: number, end: number): Uri {
  // The selection ends where the next line starts, so that the view does not scroll sideways.
  return file.with({ fragment: `L${start},1-L${end + 1},1` });
}

/** The cited files that exist, by the path they are cited with. */
async function existingFiles(
  paths: ReadonlySet<string>,
  token: CancellationToken,
): Promise<ReadonlyMap<string, Uri>> {
  const found = new Map<string, Uri>();
  const queue = paths.values();
  const lookUp = async () => {
    for (const path of queue) {
      if (token.isCancellationRequested) return;
      const uri = citedFile(path);
      if (uri && (await isFile(uri))) found.set(path, uri);
    }
  };
  await Promise.all(Array.from({ length: parallelLookups }, lookUp));
  return found;
}

async function isFile(uri: Uri): Promise<boolean> {
  try {
    return ((await workspace.fs.stat(uri)).type & FileType.File) !== 0;
  } catch {
    return false; // There is no such file: no link.
  }
}

function logLink(document: TextDocument, text: string): DocumentLink[] {
  const match = /^Run log: `([^`\n]+)`/m.exec(text);
  const path = match?.[1];
  if (!match || path === undefined) return [];
  const range = rangeOf(document, match.index + 'Run log: `'.length, path.length);
  return [new DocumentLink(range, Uri.file(path))];
}

function rangeOf(document: TextDocument, offset: number, length: number): Range {
  return new Range(document.positionAt(offset), document.positionAt(offset + length));
}
