/** One event of a stream (`text/event-stream`). */
export interface ServerSentEvent {
  /** Its `event` field; empty where it has none. */
  readonly name: string;
  /** Its `data` lines, joined. */
  readonly data: string;
}

/** What it takes to keep a line, however short it is, in characters. */
const lineCost = 32;

/** How much a stream may bring, and the error for one that brings more. */
export interface StreamLimits {
  /** Characters of one event, with all of its lines. */
  readonly event: number;
  /** Lines of the stream, with comments and empty ones. */
  readonly lines: number;
  readonly exceeded: (limit: 'event' | 'lines') => Error;
}

/**
 * Reads the events of a stream. What ends without an empty line is an event as well: some servers leave it
 * out.
 * @throws what the stream's source throws, and what `limits` makes.
 */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
  limits: StreamLimits,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const reader = new EventReader(limits);
  for await (const bytes of body) yield* reader.read(decoder.decode(bytes, { stream: true }));
  yield* reader.read('\n\n');
}

/** Takes time linear in the length of the text, in however small pieces it comes. */
class EventReader {
  readonly #limits: StreamLimits;
  #lines = 0;
  /** Pieces of the line that is under way. */
  #line: string[] = [];
  #lineSize = 0;
  #afterReturn = false;
  #name = '';
  #data: string[] = [];
  #dataSize = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  /** @returns the events that end in the text. */
  read(piece: string): readonly ServerSentEvent[] {
    if (piece === '') return [];
    // The second half of a line end that was cut in two.
    const text = this.#afterReturn && piece.startsWith('\n') ? piece.slice(1) : piece;
    this.#afterReturn = piece.endsWith('\r');
    const events: ServerSentEvent[] = [];
    let start = 0;
    for (const end of text.matchAll(/\r\n|\n|\r/g)) {
      this.#begin(text.slice(start, end.index));
      const event = this.#endLine();
      if (event) events.push(event);
      start = end.index + end[0].length;
    }
    this.#begin(text.slice(start));
    return events;
  }

  #begin(text: string): void {
    if (text === '') return;
    this.#line.push(text);
    this.#lineSize += text.length;
    if (this.#lineSize + this.#dataSize > this.#limits.event) throw this.#limits.exceeded('event');
  }

  /** @returns the event, when the line ends one. */
  #endLine(): ServerSentEvent | null {
    this.#lines += 1;
    if (this.#lines > this.#limits.lines) throw this.#limits.exceeded('lines');
    if (this.#lineSize === 0) return this.#endEvent();
    const line = this.#line.join('');
    this.#line = [];
    this.#lineSize = 0;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    // Comments keep a connection alive, and nothing of them is kept.
    if (field === 'event') this.#name = value;
    // llama.cpp wrote an error as a field of its own.
    if (field === 'error') this.#name = 'error';
    if (field !== 'data' && field !== 'error') return null;
    this.#data.push(value);
    this.#dataSize += line.length + lineCost;
    return null;
  }

  #endEvent(): ServerSentEvent | null {
    const event = { name: this.#name, data: this.#data.join('\n') };
    const empty = this.#data.length === 0;
    this.#name = '';
    this.#data = [];
    this.#dataSize = 0;
    return empty ? null : event;
  }
}
