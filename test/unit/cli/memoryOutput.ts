import { Writable } from 'node:stream';
import type { TextOutput } from '../../../src/cli/askIo';

/** An output that keeps what is written to it, a terminal of that size when one is given. */
export class MemoryOutput extends Writable implements TextOutput {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;

  constructor(terminal: { columns: number; rows: number } | null = null) {
    super({ decodeStrings: false });
    this.isTTY = terminal !== null;
    this.columns = terminal?.columns ?? 80;
    this.rows = terminal?.rows ?? 24;
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}
