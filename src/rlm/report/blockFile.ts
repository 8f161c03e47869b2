import { AppendFile, type ExistingText, type LeftFile } from './appendFile';

/** A file of text blocks with one empty line between them. */
export class BlockFile {
  readonly #file: AppendFile;
  /** The number of line ends at the end of the file, up to two. */
  #lineEnds = 2;
  #blockNext = false;

  constructor(path: string, existing: ExistingText | undefined) {
    this.#file = new AppendFile(path, existing);
  }

  get path(): string {
    return this.#file.path;
  }

  /** In bytes. */
  get size(): number {
    return this.#file.size;
  }

  /** True once the file was made or opened. */
  get exists(): boolean {
    return this.#file.exists;
  }

  /** True while the existing text has more than was written now. */
  get isBehind(): boolean {
    return this.#file.isBehind;
  }

  /** Where the text is, for people; null when it is in its intended place. */
  get left(): string | null {
    const { left, path } = this.#file;
    return left && leftText(left, path);
  }

  /** Begins a block with the next append. */
  beginBlock(): void {
    this.#blockNext = true;
  }

  /** The offset of these bytes if they were appended now. */
  placeOf(bytes: Buffer): number {
    return this.#file.size + this.#lead(bytes).length;
  }

  /** @throws {AppendError} when they can't be written; then nothing of them is in the file. */
  async append(bytes: Buffer): Promise<void> {
    const lead = this.#lead(bytes);
    await this.#file.append(lead.length > 0 ? Buffer.concat([lead, bytes]) : bytes);
    this.#blockNext = false;
    this.#lineEnds = lineEndsAfter(this.#lineEnds + lead.length, bytes);
  }

  /** Ends the last line if it has no end. @throws {AppendError} */
  async endLine(): Promise<void> {
    if (!this.#file.exists || this.#lineEnds > 0) return;
    this.#blockNext = false;
    await this.append(Buffer.from('\n'));
  }

  /** The content of the file. Each part is overwritten by the next one. */
  async *readAll(): AsyncGenerator<Buffer> {
    const { exists, size } = this.#file;
    if (!exists) return;
    const part = Buffer.allocUnsafe(Math.min(partBytes, size));
    for (let at = 0; at < size; at += partBytes) {
      yield await this.#file.read(at, Math.min(partBytes, size - at), part);
    }
  }

  /** @param whole whether everything was written. @throws {AppendError} */
  async close(whole: boolean): Promise<void> {
    await this.#file.close(whole);
  }

  #lead(bytes: Buffer): Buffer {
    if (!this.#blockNext || this.#file.size === 0) return Buffer.alloc(0);
    let begins = 0;
    while (begins < 2 && bytes[begins] === newline) begins += 1;
    return Buffer.alloc(Math.max(0, 2 - this.#lineEnds - begins), newline);
  }
}

function leftText({ how, path, why }: LeftFile, now: string): string {
  switch (how) {
    case 'longer':
      return `${path} has more text than this run wrote; it is left as it is.`;
    case 'other':
      return `${path} has text that this run did not write; it is left as it is, and the report is in ${now}.`;
    case 'gone':
      return `The report could not stay where it was: ${why}. All of it is in ${now}, among temporary files: save it elsewhere.`;
  }
}

const newline = 0x0a;
const partBytes = 1024 * 1024;

function lineEndsAfter(before: number, bytes: Buffer): number {
  let count = 0;
  while (count < 2 && count < bytes.length && bytes[bytes.length - 1 - count] === newline)
    count += 1;
  return count === bytes.length ? Math.min(2, count + before) : count;
}
