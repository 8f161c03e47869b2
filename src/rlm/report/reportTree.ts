import { ReportOrderError, ReportPlace, type WaitingPiece } from './reportPlace';
import type { ReportSection } from './reportProgress';

/** Something whose turn in the report file has come. */
interface Due {
  readonly place: ReportPlace;
  /** A text of the place; null for the end of a section. */
  readonly piece: WaitingPiece | null;
}

/**
 * The sections of a report and the parts of completions: their order, and whose turn it is. Does not know the files.
 */
export class ReportTree {
  /** The part of the root RLM. */
  readonly root = new ReportPlace(0, null, null, 0);
  readonly #places = new Map([[this.root.id, this.root]]);
  /** The place whose text can go to the report file at once. */
  #head = this.root;

  /** @throws {ReportOrderError} when there is none. */
  get(id: number): ReportPlace {
    const place = this.#places.get(id);
    if (!place) throw new ReportOrderError(null);
    return place;
  }

  /** Whether a section or part exists and is in another one. */
  has(id: number, within: number): boolean {
    return this.#places.get(id)?.isIn(this.get(within)) === true;
  }

  /** Makes a section or part, which has no place before `put`. @param title null for a part. */
  add(parent: ReportPlace, title: string | null, level: number): ReportPlace {
    const place = new ReportPlace(this.#places.size, parent, title, level);
    this.#places.set(place.id, place);
    return place;
  }

  /** Puts a place at the end of its parent. @throws {ReportOrderError} when that is finished. */
  put(parent: ReportPlace, place: ReportPlace): void {
    if (!parent.open) {
      place.open = false;
      throw new ReportOrderError(parent.title);
    }
    const atOnce = this.isDue(parent);
    place.order = parent.nextOrder();
    parent.places.push(place);
    parent.waiting.push(place);
    if (atOnce) this.#head = place;
  }

  /** Whether everything before the end of a place is in the report file, so that text can go there at once. */
  isDue(place: ReportPlace): boolean {
    return this.#head === place && !place.isWaiting;
  }

  /**
   * The waiting things whose turn has come, in order. Each counts as done when the next one is requested; otherwise it
   * comes again the next time.
   */
  *due(): Generator<Due, void> {
    yield* this.#dueIn(this.root);
  }

  /** The sections of a place and of those in it, in the order of the report. */
  outline(within: ReportPlace): readonly ReportSection[] {
    return this.sectionsIn(within).map(({ id, title, level, chars, open, at }) => {
      return { id, title: title ?? '', level, chars, open, at };
    });
  }

  /** The places of these sections. */
  sectionsIn(within: ReportPlace): readonly ReportPlace[] {
    const found: ReportPlace[] = [];
    const visit = (place: ReportPlace): void => {
      if (place.title !== null) found.push(place);
      for (const child of place.places) visit(child);
    };
    visit(within);
    return found;
  }

  /** Open sections without text or sections of their own. */
  unwrittenIn(within: ReportPlace): readonly ReportPlace[] {
    const sections = this.sectionsIn(within);
    return sections.filter(({ open, written, chars, level }, index) => {
      const below = sections[index + 1];
      return open && written && chars === 0 && !(below && below.level > level);
    });
  }

  /** Returns true when a place is done. */
  *#dueIn(place: ReportPlace): Generator<Due, boolean> {
    this.#head = place;
    for (; place.isWaiting; place.next += 1) {
      const item = place.waiting[place.next];
      if (item instanceof ReportPlace) {
        if (!(yield* this.#dueIn(item))) return false;
        if (item.title !== null) yield { place: item, piece: null };
        this.#head = place;
      } else if (item) {
        yield { place, piece: item };
      }
    }
    place.waiting.length = 0;
    place.next = 0;
    return !place.open;
  }
}
