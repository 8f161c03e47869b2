import { trimmedPlaces } from './trimmedText';

/** One change of a document; offsets in UTF-16 units, in the text before it. */
export interface TextEdit {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** Who made a change. */
export type EditSource = 'user' | 'undo' | 'redo';

/** A text that was put at the end of Fathom's stretch. */
interface Piece {
  /** How it begins, so that it is known again. */
  readonly head: string;
  /** In UTF-16 units. */
  readonly length: number;
  /** In bytes of the report file. */
  readonly bytes: number;
}

/** A deletion that took the end of Fathom's stretch, in case it is undone. */
interface Cut {
  readonly at: number;
  readonly length: number;
}

interface Emptied {
  /** Of all the text. */
  readonly length: number;
  readonly at: number;
  readonly ending: string;
  readonly owed: string;
  readonly headings: ReadonlyMap<number, number>;
}

/** Pieces that can have come while a document was being saved as a file. */
const mostEarlier = 30;

/** Characters by which a piece is known again. */
const headLength = 64;

/** Deletions that are remembered in case they are undone. */
const mostCuts = 100;

/**
 * Where in a document Fathom's next text goes, while its user edits it, too. Text is put at the mark
 * only; what the user writes there stays behind it. The editor's undo may take away what Fathom put:
 * pieces are remembered as a stack, as the editor undoes them, so that just these are put there anew.
 */
export class GrowingText {
  #at: number;
  #bytes: number;
  /** White space that Fathom's stretch ends with. */
  #ending: string;
  #owed = '';
  readonly #put: Piece[] = [];
  readonly #undone: Piece[] = [];
  readonly #cuts: Cut[] = [];
  /** What was here before all text went. */
  #emptied: Emptied | null = null;
  /** Offsets of headings, ascending, by section. */
  readonly #headings = new Map<number, number>();

  /**
   * @param at where the text begins that is to grow.
   * @param bytes where it goes on in the report file.
   * @param before the text before it.
   */
  constructor(at: number, bytes: number, before = '') {
    this.#at = at;
    this.#bytes = bytes;
    this.#ending = endingOf(before);
  }

  /** Offset where the next text goes. */
  get at(): number {
    return this.#at;
  }

  /** Where the next text begins in the report file, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * White space that was taken from before the mark, as the editor does when it saves a file: the next text
   * is to begin with it, or it would run into what is there.
   */
  get owed(): string {
    return this.#owed;
  }

  /** A text was put at the mark, what is owed included. @param bytes its length in the report file. */
  put(text: string, bytes: number): void {
    const ending = endingOf(text);
    this.#ending = ending.length === text.length ? this.#ending + ending : ending;
    this.#owed = '';
    this.#put.push({ head: text.slice(0, headLength), length: text.length, bytes });
    this.#undone.length = 0;
    this.#emptied = null;
    this.#at += text.length;
    this.#bytes += bytes;
  }

  /** Keeps track of where the heading of a section is. */
  markHeading(section: number, offset: number): void {
    this.#headings.set(section, offset);
  }

  /** Where the heading of a section is now, if nobody deleted it; undefined when it is not here. */
  heading(section: number): number | undefined {
    return this.#headings.get(section);
  }

  /**
   * All text is gone: deleted by the user, or by the editor, which empties an unsaved document that it has
   * just saved as a file. @param length of the text that was there.
   */
  empty(length: number): void {
    const [at, ending, owed] = [this.#at, this.#ending, this.#owed];
    const emptied = { length, at, ending, owed, headings: new Map(this.#headings) };
    this.#ending = '';
    this.follow([{ rangeOffset: 0, rangeLength: length, text: '' }], 'user');
    this.#emptied = emptied;
  }

  /** True from then on until there is text again. */
  get isEmptied(): boolean {
    return this.#emptied !== null;
  }

  /**
   * Goes on in a file that the text was saved as before it went, if it is that: all of it, or what it was
   * some pieces earlier, for it may have grown while it was saved. @returns false when it is not that.
   */
  goOnIn(saved: string): boolean {
    if (!this.#emptied) return false;
    let { length, at } = this.#emptied;
    for (let pieces = 0; ; pieces++) {
      const last = this.#put.at(-1 - pieces);
      if (saved.length === length && saved.startsWith(last?.head ?? '', at - (last?.length ?? 0))) {
        this.#at = at;
        this.#ending = pieces === 0 ? this.#emptied.ending : '';
        this.#owed = this.#emptied.owed;
        for (const [section, offset] of this.#emptied.headings) {
          if (offset < at) this.#headings.set(section, offset);
        }
        for (const piece of this.#put.splice(this.#put.length - pieces)) this.#bytes -= piece.bytes;
        this.#emptied = null;
        return true;
      }
      if (!last || pieces >= mostEarlier) return false;
      length -= last.length;
      at -= last.length;
    }
  }

  /** The same for another document with the same text. */
  fork(): GrowingText {
    const fork = new GrowingText(this.#at, this.#bytes, this.#ending);
    fork.#owed = this.#owed;
    for (const piece of this.#put) fork.#put.push(piece);
    for (const [section, offset] of this.#headings) fork.#headings.set(section, offset);
    return fork;
  }

  /**
   * The editor trimmed the text while it saved it. @returns false when the text is another one, and nothing
   * is changed.
   */
  trim(before: string, after: string): boolean {
    const placeOf = trimmedPlaces(before, after);
    if (!placeOf) return false;
    this.#owed = placeOf(this.#at).lost + this.#owed;
    this.moveAll((offset) => placeOf(offset).at);
    this.#ending = endingOf(after.slice(0, this.#at));
    return true;
  }

  /** Somebody else changed the document. Changes of one event, as the editor tells them. */
  follow(edits: readonly TextEdit[], source: EditSource): void {
    this.#emptied = null;
    // All are in terms of the text before; from the last to the first none moves another.
    const ordered = [...edits].sort((one, other) => other.rangeOffset - one.rangeOffset);
    for (const edit of ordered) this.#followOne(edit, source);
  }

  /** All offsets anew, for example after the line ends changed. */
  moveAll(to: (offset: number) => number): void {
    this.#at = to(this.#at);
    for (const [section, offset] of this.#headings) this.#headings.set(section, to(offset));
  }

  #followOne({ rangeOffset: start, rangeLength, text }: TextEdit, source: EditSource): void {
    const end = start + rangeLength;
    const growth = text.length - rangeLength;
    if (end < this.#at) this.#changeEnding(start, end, text);
    this.#moveHeadings(start, end, growth);
    if (start === this.#at && rangeLength === 0) {
      this.#at += this.#restored(start, text, source);
    } else if (end < this.#at) {
      this.#at += growth;
    } else if (start < this.#at) {
      const ours = this.#at - start;
      if (source === 'undo') this.#takeBack(ours);
      this.#at = start + this.#restored(start, text, source);
      if (source === 'undo') return;
      this.#cut(start, ours);
      if (text === '') this.#owe(ours);
    }
  }

  /** So much was taken from before the mark. What is more than white space was meant to go. */
  #owe(length: number): void {
    const kept = this.#ending.length - length;
    this.#owed = kept < 0 ? this.#owed : this.#ending.slice(kept) + this.#owed;
    this.#ending = this.#ending.slice(0, Math.max(0, kept));
  }

  /** A change before the mark: what of it is in the white space there. */
  #changeEnding(start: number, end: number, text: string): void {
    const from = this.#at - this.#ending.length;
    if (end <= from) return;
    const before = text === '' ? this.#ending.slice(0, Math.max(0, start - from)) : '';
    this.#ending = before + this.#ending.slice(end - from);
  }

  /** How much of a text that comes at the mark is Fathom's own, put back by the editor. */
  #restored(at: number, text: string, source: EditSource): number {
    if (source === 'user') return 0;
    if (source === 'redo') return this.#redo(text);
    const cut = this.#cuts.at(-1);
    if (cut?.at !== at || cut.length > text.length) return 0;
    this.#cuts.pop();
    if (this.#owed.length >= cut.length) {
      this.#ending += this.#owed.slice(0, cut.length);
      this.#owed = this.#owed.slice(cut.length);
    }
    return cut.length;
  }

  /** Remembers what an undo took: of the last pieces as many as have that length together. */
  #takeBack(length: number): void {
    let rest = length;
    for (let piece = this.#put.at(-1); piece && piece.length <= rest; piece = this.#put.at(-1)) {
      this.#put.pop();
      this.#undone.push(piece);
      this.#bytes -= piece.bytes;
      rest -= piece.length;
    }
  }

  /** @returns how much of the text are pieces that an undo took. */
  #redo(text: string): number {
    let length = 0;
    for (let piece = this.#undone.at(-1); piece; piece = this.#undone.at(-1)) {
      if (length + piece.length > text.length || !text.startsWith(piece.head, length)) break;
      this.#undone.pop();
      this.#put.push(piece);
      this.#bytes += piece.bytes;
      length += piece.length;
    }
    return length;
  }

  #cut(at: number, length: number): void {
    this.#cuts.push({ at, length });
    if (this.#cuts.length > mostCuts) this.#cuts.shift();
  }

  #moveHeadings(start: number, end: number, growth: number): void {
    for (const [section, offset] of this.#headings) {
      if (offset >= end) this.#headings.set(section, offset + growth);
      else if (offset >= start) this.#headings.delete(section);
    }
  }
}

function endingOf(text: string): string {
  return text.slice(text.trimEnd().length);
}
