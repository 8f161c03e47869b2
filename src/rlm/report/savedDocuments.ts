import { join } from 'node:path';
import { extensionOf } from '../../ground/languages';
import { safeMarkdown } from '../../ground/markdown/safeMarkdown';
import { AppendError, AppendFile } from './appendFile';

/** A document that a run wrote besides its answer. */
export interface SavedDocument {
  readonly title: string;
  /** The language as the code named it, for example `python`; null for Markdown. */
  readonly language: string | null;
  readonly path: string;
  readonly bytes: number;
}

/** The most documents of a run, so that a person can look through the folder. */
const mostDocuments = 1000;

/** Names of files that viewers render as Markdown. */
const isMarkdown = /\.(?:md|markdown|mdx|mdown|mkdn?|qmd|rmd|txt)$/i;

/** The folder with the documents of a run. Made with the first document; never replaces a file. */
export class SavedDocuments {
  readonly #folder: string;
  readonly #again: string | null;
  readonly #saved: SavedDocument[] = [];
  readonly #names = new Set<string>();

  /** @param again the name of a run that saves its documents again; null for a new run. */
  constructor(folder: string, again: string | null = null) {
    this.#folder = folder;
    this.#again = again;
  }

  get all(): readonly SavedDocument[] {
    return this.#saved;
  }

  /** @throws {AppendError} when the document can't be written, or there are too many. */
  async save(title: string, text: Buffer, language: string | null): Promise<SavedDocument> {
    if (this.#names.size >= mostDocuments) {
      throw new AppendError(
        `There are ${mostDocuments} documents already; write to the report instead.`,
        true,
      );
    }
    const name = this.#nameFor(title, language);
    const saved = isMarkdown.test(name) ? Buffer.from(safeMarkdown(text.toString())) : text;
    const spare = join(this.#folder, `${this.#again}-${name}`);
    const existing = this.#again === null ? null : { spare, ending: null };
    const file = new AppendFile(join(this.#folder, name), existing);
    await file.open();
    try {
      await file.append(saved);
    } finally {
      await file.close();
    }
    const document = { title, language, path: file.path, bytes: saved.length };
    this.#saved.push(document);
    return document;
  }

  /** A name that no document has, even if the file system ignores case. */
  #nameFor(title: string, language: string | null): string {
    const { stem, extension } = fileName(title, language);
    for (let count = 1; ; count++) {
      const name = `${stem}${count === 1 ? '' : `-${count}`}.${extension}`;
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      return name;
    }
  }
}

/** A safe file name for a title: lower-case letters, digits and dashes of any script, and an extension. */
function fileName(
  title: string,
  language: string | null,
): { readonly stem: string; readonly extension: string } {
  const named = language === null ? /^(.*[^.\s])\.(\w{1,8})$/su.exec(title.trim()) : null;
  const known = language?.trim().toLowerCase() ?? '';
  const extension =
    named?.[2]?.toLowerCase() ??
    extensionOf(known) ??
    (/^[a-z0-9]{1,8}$/.test(known) ? known : 'md');
  const stem = (named?.[1] ?? title)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
  return {
    stem: stem === '' || reserved.test(stem) ? `document-${stem}`.replace(/-$/, '') : stem,
    extension,
  };
}

/** Names that Windows reserves for devices. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/;
