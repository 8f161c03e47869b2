import type { FileHandle } from 'node:fs/promises';
import { openRegularFile } from '../ground/regularFile';
import { type BodyPart, bodyParts, type NodeId, type RunId, type TrajectoryEvent } from './events';
import { parseEvent } from './log';

/** How much is read at once, in bytes: so little that parsing it does not block for long. */
const chunkBytes = 1 << 18;
/** How many texts' places are remembered, at some 100 bytes each. Other texts are searched for. */
const mostPlaces = 200_000;
/** A body's line up to its text is shorter than this, in bytes. */
const headBytes = 400;
const lineFeed = 10;

/** Where the text of a node is in the file. */
interface TextLine {
  readonly part: BodyPart;
  /** Of the whole line, in bytes. */
  readonly offset: number;
  readonly length: number;
}

/**
 * The log of a run, for views: its events without their texts, and the texts of a node on demand. Each line is
 * parsed once; later calls read only what was added to the log.
 */
export class LogFile {
  readonly #path: string;
  readonly #places = new Map<NodeId, TextLine[]>();
  #placeCount = 0;
  /** The places of texts are known up to here, in bytes: the start of a line. */
  #known = 0;
  #looking: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Reads all events so far, in order, with the texts of bodies left empty. Lines that are not events are
   * skipped; the last one may be cut.
   * @throws when the file can't be read
   */
  async outline(take: (event: TrajectoryEvent) => void): Promise<void> {
    await this.#lines(0, (line, offset) => {
      const event = bodyHead(line) ?? eventOf(line);
      if (event?.type === 'body') this.#note(event, offset, line.length);
      if (event) take(event);
    });
  }

  /**
   * The texts of one node, by part. If a part was written twice, the last one counts.
   * @throws when the file can't be read
   */
  async bodies(node: NodeId): Promise<ReadonlyMap<BodyPart, string>> {
    // One call at a time, or the same lines would be noted twice.
    const looking = this.#looking.then(() => this.#lookOn());
    this.#looking = looking.catch(() => undefined);
    await looking;
    const bodies = new Map<BodyPart, string>();
    const read = (line: Buffer) => {
      const event = parseEvent(line.toString('utf8'));
      if (event?.type === 'body' && event.node === node) bodies.set(event.part, event.text);
    };
    await using handle = await openRegularFile(this.#path);
    for (const { offset, length } of this.#places.get(node) ?? []) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      read(buffer.subarray(0, bytesRead));
    }
    if (this.#placeCount >= mostPlaces) {
      await this.#lines(this.#known, (line) => {
        if (bodyHead(line)?.node === node) read(line);
      });
    }
    return bodies;
  }

  async #lookOn(): Promise<void> {
    if (this.#placeCount >= mostPlaces) return;
    await this.#lines(this.#known, (line, offset) => {
      const body = bodyHead(line);
      if (body) this.#note(body, offset, line.length);
    });
  }

  /** Notes where a text is. Lines come in order, and some more than once. */
  #note({ node, part }: Body, offset: number, length: number): void {
    if (offset < this.#known || this.#placeCount >= mostPlaces) return;
    const places = this.#places.get(node) ?? [];
    places.push({ part, offset, length });
    this.#places.set(node, places);
    this.#placeCount += 1;
    this.#known = offset + length;
  }

  /** Calls back with each complete line and its offset. */
  async #lines(from: number, take: (line: Buffer, offset: number) => void): Promise<void> {
    await using handle = await openRegularFile(this.#path);
    let offset = from;
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = await readChunk(handle, offset + rest.length, rest.length);
      if (chunk.length === 0) return;
      const buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let start = 0;
      let end = buffer.indexOf(lineFeed, rest.length);
      for (; end >= 0; end = buffer.indexOf(lineFeed, start)) {
        take(buffer.subarray(start, end), offset + start);
        start = end + 1;
      }
      offset += start;
      rest = buffer.subarray(start);
    }
  }
}

/** @param waiting bytes of an unended line: the longer it is, the more is read at once. */
async function readChunk(handle: FileHandle, offset: number, waiting: number): Promise<Buffer> {
  const size = Math.max(chunkBytes, waiting);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, offset);
  return buffer.subarray(0, bytesRead);
}

type Body = Extract<TrajectoryEvent, { type: 'body' }>;

/** A body's line as `TrajectoryLog` writes it, up to its text, which may be long and is not parsed. */
const head =
  /^\{"type":"body","run":"([^"\\]+)","node":"([^"\\]+)","time":([\d.]+),"part":"([a-z]+)","text":"/;

function bodyHead(line: Buffer): Body | null {
  if (line.length < 16 || line[9] !== letterB) return null;
  const match = head.exec(line.toString('latin1', 0, headBytes));
  if (!match) return null;
  const [, run = '', node = '', time = '', part = ''] = match;
  if (!isPart(part)) return null;
  return {
    type: 'body',
    run: run as RunId,
    node: node as NodeId,
    time: Number(time),
    part,
    text: '',
  };
}

/** The tenth character of `{"type":"body"`, and of no other type. */
const letterB = 'b'.charCodeAt(0);
const letterR = 'r'.charCodeAt(0);

function eventOf(line: Buffer): TrajectoryEvent | null {
  // Skips records, which may be long. The start of a run has the same letter and is an event.
  if (line[9] === letterR && line.toString('latin1', 9, 16) === 'record"') return null;
  return parseEvent(line.toString('utf8'));
}

const parts: ReadonlySet<string> = new Set(bodyParts);

function isPart(part: string): part is BodyPart {
  return parts.has(part);
}
