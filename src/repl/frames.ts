/**
 * The framing of the wire protocol: one line of JSON, then as many raw bytes as its `bytes` field says,
 * so long texts are never escaped.
 */

/** A frame as it was cut out of the stream. `header` is parsed JSON and otherwise unchecked. */
export interface RawFrame {
  readonly header: unknown;
  readonly body: Buffer;
  /** Bytes of both. */
  readonly size: number;
}

export interface FrameLimits {
  /** Bytes of the header line. */
  readonly maxHeaderBytes: number;
  readonly maxBodyBytes: number;
}

/** The stream is not a sequence of frames, or one is larger than allowed. Nothing after it can be read. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const newline = 0x0a;
const noBytes = Buffer.alloc(0);

/** The bytes of one frame. The `bytes` field is added to the header. */
export function encodeFrame(
  header: Readonly<Record<string, unknown>>,
  body: Buffer = noBytes,
): readonly Buffer[] {
  const line = Buffer.from(`${JSON.stringify({ ...header, bytes: body.length })}\n`);
  if (body.length === 0) return [line];
  return body.length < 65_536 ? [Buffer.concat([line, body])] : [line, body];
}

/** Cuts a stream of bytes into frames. It holds at most one incomplete frame. */
export class FrameDecoder {
  readonly #limits: FrameLimits;
  /** Bytes of the incomplete frame, in the pieces in which they came. */
  #pieces: Buffer[] = [];
  #size = 0;
  /** The header whose body is awaited. */
  #header: Header | null = null;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /**
   * Takes the next bytes and yields the frames that they complete.
   * @throws {FrameError} when the stream breaks the protocol.
   */
  *push(chunk: Buffer): Generator<RawFrame> {
    let rest = chunk;
    for (;;) {
      if (this.#header === null) {
        const end = rest.indexOf(newline);
        if (this.#size + (end < 0 ? rest.length : end) > this.#limits.maxHeaderBytes) {
          throw new FrameError(
            `a header line is longer than ${this.#limits.maxHeaderBytes.toLocaleString('en')} bytes`,
          );
        }
        if (end < 0) {
          this.#keep(rest);
          return;
        }
        this.#header = this.#parseHeader(this.#take(rest.subarray(0, end)));
        rest = rest.subarray(end + 1);
      }
      const missing = this.#header.bytes - this.#size;
      if (rest.length < missing) {
        this.#keep(rest);
        return;
      }
      const { value: header, lineBytes } = this.#header;
      this.#header = null;
      const body = this.#take(rest.subarray(0, missing));
      yield { header, body, size: lineBytes + body.length };
      rest = rest.subarray(missing);
      if (rest.length === 0) return;
    }
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#size += piece.length;
  }

  #take(last: Buffer): Buffer {
    if (this.#pieces.length === 0) return last;
    const whole = Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#size = 0;
    return whole;
  }

  #parseHeader(line: Buffer): Header {
    let value: unknown;
    try {
      value = JSON.parse(line.toString('utf8'));
    } catch {
      throw new FrameError(`a header line is not JSON: ${preview(line)}`);
    }
    const bytes =
      typeof value === 'object' && value !== null && 'bytes' in value ? value.bytes : null;
    if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) {
      throw new FrameError(`a header line has no size: ${preview(line)}`);
    }
    if (bytes > this.#limits.maxBodyBytes) {
      throw new FrameError(
        `a frame of ${bytes.toLocaleString('en')} bytes is larger than the ` +
          `${this.#limits.maxBodyBytes.toLocaleString('en')} allowed`,
      );
    }
    return { value, bytes, lineBytes: line.length };
  }
}

/** A header line that was read. */
interface Header {
  readonly value: unknown;
  /** Of the body that follows. */
  readonly bytes: number;
  readonly lineBytes: number;
}

function preview(line: Buffer): string {
  return JSON.stringify(line.subarray(0, 100).toString('utf8'));
}
