/**
 * A request of the code in the kernel. `args` comes from model-written code and is checked by whoever
 * answers; long texts travel in `body`, never escaped.
 */
export interface HostCall {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** The answer: a small JSON value, and bytes for whatever is long. */
export interface HostReply {
  readonly value?: unknown;
  readonly body?: Buffer | string;
}

/** The Python exception that a failed host call raises. */
export type PythonException =
  | 'ValueError'
  | 'TypeError'
  | 'KeyError'
  | 'FileNotFoundError'
  | 'PermissionError'
  | 'RuntimeError'
  | 'SubcallError'
  | 'NotAvailable'
  | 'KeyboardInterrupt';

/** Thrown by a host-call handler to raise an ordinary Python exception with this message. */
export class HostCallError extends Error {
  override readonly name = 'HostCallError';
  readonly exception: PythonException;

  constructor(exception: PythonException, message: string) {
    super(message);
    this.exception = exception;
  }
}
