import type { Readable } from 'node:stream';
import type { LocalPlace } from '../models/localPlaces';
import type { Assets } from '../rlm/assets';

/** A stream that text goes to, with what a terminal knows about itself. */
export type TextOutput = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain?: boolean;
};

/** The environment variables that `ask` reads. */
export interface Environment {
  readonly OPENAI_API_KEY?: string | undefined;
  readonly ANTHROPIC_API_KEY?: string | undefined;
  readonly OPENAI_BASE_URL?: string | undefined;
  readonly FATHOM_MODEL?: string | undefined;
  readonly FATHOM_SUB_MODEL?: string | undefined;
  /** Set by npm: the running script, and the folder that npm was called in. */
  readonly npm_lifecycle_event?: string | undefined;
  readonly INIT_CWD?: string | undefined;
  readonly XDG_DATA_HOME?: string | undefined;
  readonly LOCALAPPDATA?: string | undefined;
  /** What the terminal is and what it can do. */
  readonly TERM?: string | undefined;
  readonly TERM_PROGRAM?: string | undefined;
  readonly WT_SESSION?: string | undefined;
  readonly ConEmuTask?: string | undefined;
  readonly NO_COLOR?: string | undefined;
}

/** What `ask` has of the world around it. `program.ts` passes the process's own, tests their own. */
export interface AskIo {
  readonly env: Environment;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
  readonly assets: Assets;
  /** Where a server is looked for when no model is configured. */
  readonly localPlaces: readonly LocalPlace[];
  /** Standard input, which nothing reads unless it is asked for. */
  readonly stdin: () => Readable;
  /** The answer, and nothing else. */
  readonly stdout: TextOutput;
  /** Progress and messages. */
  readonly stderr: TextOutput;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
}

/** Writes a text and waits until the stream has taken it. A closed pipe is not an error. */
export function write(output: TextOutput, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (text === '') resolve();
    else output.write(text, () => resolve());
  });
}
