import { trimmedPlaces } from './trimmedText';

/** One change of a document; with offsets in the text before it, in UTF-16 units. */
export interface TextEdit {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** Who made a change. */
export type EditSource = 'user' | 'undo' | 'redo';

/** A text that was appended to Fathom's stretch. */
interface Piece {
  /** Its beginning, to recognize it. */
  readonly head: string;
  /** In UTF-16 units. */
  readonly length: number;
  /** In bytes of the report file. */
  readonly bytes: number;
}

/** A deletion of the end of Fathom's stretch, in case it is undone. */
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

/** How many pieces can come while a document is being saved as a file. */
const mostEarlier = 30;

/** How many characters identify a piece. */
const headLength = 64;

/** How many deletions are remembered in case they are undone. */
const mostCuts = 100;

/**
 * Tracks where in a document Fathom's next text goes while the user edits it, too. Fathom inserts only at this
 * mark; text that the user writes there stays behind it. The editor's undo may remove Fathom's text: pieces are
 * remembered as a stack, as the editor undoes them, so that exactly these are inserted again.
 */
export class GrowingText {
  #at: number;
  #bytes: number;
  /** The white space at the end of Fathom's stretch. */
  #ending: string;
  #owed = '';
  readonly #put: Piece[] = [];
  readonly #undone: Piece[] = [];
  readonly #cuts: Cut[] = [];
  /** The state before all text was deleted. */
  #emptied: Emptied | null = null;
  /** Offsets of headings, ascending, by section. */
  readonly #headings = new Map<number, number>();

  /**
   * @param at where the growing text begins.
   * @param bytes where it continues in the report file.
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
   * White space that was removed before the mark, for example by the editor when it saves a file. The next text
   * must begin with it.
   */
  get owed(): string {
    return this.#owed;
  }

  /** Notes a text inserted at the mark, including what is owed. @param bytes its length in the report file. */
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

  /** Tracks the heading of a section from now on. */
  markHeading(section: number, offset: number): void {
    this.#headings.set(section, offset);
  }

  /** The offset of a section's heading; undefined if it is not here or was deleted. */
  heading(section: number): number | undefined {
    return this.#headings.get(section);
  }

  /**
   * Notes that all text was deleted: by the user, or by the editor, which empties an unsaved document that it has
   * just saved as a file. @param length of the deleted text.
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
   * Continues in the file that the text was saved as. The file must have the text that was deleted, perhaps
   * without the last pieces, as it may have grown while it was saved. @returns false when it has not.
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

  /** A copy for another document with the same text. */
  fork(): GrowingText {
    const fork = new GrowingText(this.#at, this.#bytes, this.#ending);
    fork.#owed = this.#owed;
    for (const piece of this.#put) fork.#put.push(piece);
    for (const [section, offset] of this.#headings) fork.#headings.set(section, offset);
    return fork;
  }

  /**
   * Notes that the editor trimmed the text when it saved it. @returns false, without a change, when the texts
   * differ in more than that.
   */
  trim(before: string, after: string): boolean {
    const placeOf = trimmedPlaces(before, after);
    if (!placeOf) return false;
    this.#owed = placeOf(this.#at).lost + this.#owed;
    this.moveAll((offset) => placeOf(offset).at);
    this.#ending = endingOf(after.slice(0, this.#at));
    return true;
  }

  /** Notes changes by others: those of one event of the editor. */
  follow(edits: readonly TextEdit[], source: EditSource): void {
    this.#emptied = null;
    // Offsets are in the text before, so work from the last change to the first.
    const ordered = [...edits].sort((one, other) => other.rangeOffset - one.rangeOffset);
    for (const edit of ordered) this.#followOne(edit, source);
  }

  /** Maps all offsets, for example after the line ends changed. */
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

  /** Notes that text before the mark was removed. Only removed white space is owed; other text was removed on purpose. */
  #owe(length: number): void {
    const kept = this.#ending.length - length;
    this.#owed = kept < 0 ? this.#owed : this.#ending.slice(kept) + this.#owed;
    this.#ending = this.#ending.slice(0, Math.max(0, kept));
  }

  /** Notes a change before the mark, as far as it is in the white space there. */
  #changeEnding(start: number, end: number, text: string): void {
    const from = this.#at - this.#ending.length;
    if (end <= from) return;
    const before = text === '' ? this.#ending.slice(0, Math.max(0, start - from)) : '';
    this.#ending = before + this.#ending.slice(end - from);
  }

  /** How much of a text inserted at the mark is Fathom's own, restored by the editor. */
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

  /** Notes an undo: it removed the last pieces with that length in all. */
  #takeBack(length: number): void {
    let rest = length;
    for (let piece = this.#put.at(-1); piece && piece.length <= rest; piece = this.#put.at(-1)) {
      this.#put.pop();
      this.#undone.push(piece);
      this.#bytes -= piece.bytes;
      rest -= piece.length;
    }
  }

  /** @returns how much of the text are pieces that an undo had removed. */
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
