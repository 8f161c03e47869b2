import type { HostCall, HostReply } from './hostCall';

/** Which kind of kernel runs the cells. */
export type KernelKind = 'native' | 'wasm';

/** What the variable `context` holds in a kernel. */
export type KernelContext =
  /** A lazy repository; its methods are host calls. */
  | {
      readonly kind: 'repository';
      /** Shown in its `repr`. */
      readonly name: string;
      /** In bytes; larger files are listed, but neither searched nor read. */
      readonly maxFileSize: number;
    }
  /** Texts: one document is a `str` or a lazy text, several are a list of them. */
  | { readonly kind: 'documents'; readonly documents: readonly KernelDocument[] }
  /** A plain value: whatever a parent passed. JSON text. */
  | { readonly kind: 'value'; readonly json: string };

/** A document of the context; `bytes` or `host` is there, or both. */
export interface KernelDocument {
  /** As its lines are cited. */
  readonly name: string;
  /** The line of its file that the text begins with. */
  readonly firstLine: number;
  /** The whole text in UTF-8, which the kernel then holds. Null for a lazy text. */
  readonly bytes: (() => Promise<Buffer>) | null;
  /**
   * Sizes of a text that the host has as well, as Python counts them: it is searched there, and a lazy
   * text's pieces are asked for, by its place in the list. Null when only the kernel has it.
   */
  readonly host: { readonly chars: number; readonly lines: number } | null;
}

export interface KernelOptions {
  readonly context: KernelContext;
  /**
   * Answers what the code asks of the host, concurrently. The signal aborts when the cell is
   * interrupted or the kernel ends. Throw `HostCallError` to raise a given exception in Python.
   */
  readonly handle: (call: HostCall, signal: AbortSignal) => Promise<HostReply>;
  /** Gives up the start. A kernel that has started is ended with `dispose`. */
  readonly signal: AbortSignal;
}

/** A variable of the user's namespace, as SHOW_VARS shows it. */
export interface VariableSummary {
  readonly name: string;
  readonly type: string;
  /** `len()` where that means something. */
  readonly length: number | null;
}

/**
 * `ok` and `error` are the cell's own; `interrupted` is Stop, `timeout` the cell's time limit. With
 * `lost` the kernel had to be killed or died: its variables are gone and a new one must be started.
 */
export type CellStatus = 'ok' | 'error' | 'interrupted' | 'timeout' | 'lost';

export interface CellResult {
  readonly status: CellStatus;
  /** stdout, stderr, echo and traceback in order; over 20,000 characters the longest prints are cut. */
  readonly output: string;
  /** How long the output was before it was cut. */
  readonly outputLength: number;
  /** The exception that ended the cell, or why the kernel was lost. */
  readonly error: { readonly name: string; readonly message: string } | null;
  readonly variables: readonly VariableSummary[];
  /** Names of those that the cell has made or changed, as far as can be told by value, type and length. */
  readonly changed: readonly string[];
  /** What was submitted (`answer`, FINAL, FINAL_VAR), once `ready` is set. */
  readonly answer: string | null;
  /** `answer["content"]` as it stands, ready or not: the best there is when a limit ends the run. */
  readonly draft: string;
}

export interface ExecuteOptions {
  readonly signal: AbortSignal;
  /** Milliseconds the cell may run; the clock stands still while the kernel waits for the host. */
  readonly timeoutMs: number;
  /** Receives output as it is printed. */
  readonly onOutput?: (text: string) => void;
}

/**
 * What a text has to be to pass for a cell: a program; or one whose names are all defined and that uses
 * what the REPL has, as examples of other code hardly ever do.
 */
export type CellNeed = 'compiles' | 'uses-repl';

/** The result of looking for the cell among several ways to read a response. */
export type CheckResult =
  | { readonly ok: true; readonly index: number }
  /** No candidate is what is needed; `message` is the syntax error of the first, if it has one. */
  | { readonly ok: false; readonly message: string };

/** A persistent Python namespace with no authority of its own. One cell at a time. */
export interface Kernel {
  readonly kind: KernelKind;
  /** The Python version, for example `3.11.7`. */
  readonly pythonVersion: string;
  /**
   * Finds the first candidate that compiles, or that is whatever else is needed. Runs nothing.
   * @throws {KernelLostError} when the kernel is gone.
   */
  check(candidates: readonly string[], need?: CellNeed): Promise<CheckResult>;
  /** Runs one cell. Never rejects for what the cell does; on a lost kernel the result is `lost`. */
  execute(code: string, options: ExecuteOptions): Promise<CellResult>;
  /**
   * Sets variables from JSON values (`history`, ...) without echo. `answer` is set in place:
   * `{answer: {content: '', ready: false}}` starts over after an answer was held back or taken.
   * @throws {KernelLostError} when the kernel is gone.
   */
  set(variables: Readonly<Record<string, unknown>>): Promise<void>;
  /** Ends the kernel and waits until nothing of it is left. */
  dispose(): Promise<void>;
}

/** A kernel that has everything but its context: its process is there and waits to be told. */
export interface PreparedKernel {
  /**
   * Makes it a kernel with that context, in little time. Once only.
   * @throws {KernelUnavailableError} when its process is gone or does not get there; it is ended then.
   */
  begin(options: KernelOptions): Promise<Kernel>;
  /** Ends it, unless it has begun: then the kernel is ended by itself. */
  dispose(): Promise<void>;
}

/** Makes kernels of one kind. */
export interface KernelFactory {
  /** Null while it is still being chosen. */
  readonly kind: KernelKind | null;
  /** @throws {KernelUnavailableError} when no kernel can be started here. */
  start(options: KernelOptions): Promise<Kernel>;
  /**
   * Starts the process of a kernel ahead of its context. Factories that can't do without it.
   * @throws {KernelUnavailableError} when no kernel can be started here.
   */
  prepare?(signal: AbortSignal): Promise<PreparedKernel>;
}

/** No kernel can be had; the message says why and what the user can do. */
export class KernelUnavailableError extends Error {
  override readonly name = 'KernelUnavailableError';
}

/** The kernel was killed or died; the message says why. Its variables are gone. */
export class KernelLostError extends Error {
  override readonly name = 'KernelLostError';
}
