import {
  type ConfineProgram,
  confinementComplaint,
  type ProgramCommand,
  unconfinedPrograms,
} from '../../ground/programConfinement';
import { RepositoryError } from '../repository';

/** How many processes of Git and ripgrep run at once: each has some 10 MB, and threads of its own. */
const mostAtOnce = 16;
/** The time limit of a process, in milliseconds: far more than a search through 70,000 files takes. */
const usualDeadlineMs = 120_000;

export interface ProgramsOptions {
  /** How many processes run at once; 16 by default. */
  readonly atOnce?: number;
  /** The default time limit of a process, in milliseconds; two minutes if not given. */
  readonly deadlineMs?: number;
  /** The sandbox of programs; none by default. */
  readonly confine?: ConfineProgram;
}

/** A run of a program that looks at a repository. */
export interface ProgramRun extends ProgramCommand {
  /** Its name for people, as the subject of a sentence: "Git". */
  readonly name: string;
  /** What to do when it takes too long, as a sentence. */
  readonly advice: string;
  /** What it must be able to read besides its working folder. */
  readonly readable?: readonly string[];
  /** What it must be able to write. */
  readonly writable?: readonly string[];
  /** In milliseconds, from its start. */
  readonly deadlineMs?: number;
  readonly signal: AbortSignal;
}

/**
 * Limits the programs that look at a repository: only so many run at once, the others wait in order, and none runs for
 * ever. One for each opened repository.
 */
export class Programs {
  readonly #atOnce: number;
  readonly #deadlineMs: number;
  readonly #confine: ConfineProgram;
  #running = 0;
  /** In order. A Set, so that waiters can leave. */
  readonly #waiting = new Set<() => void>();

  constructor({
    atOnce = mostAtOnce,
    deadlineMs = usualDeadlineMs,
    confine = unconfinedPrograms,
  }: ProgramsOptions = {}) {
    this.#atOnce = atOnce;
    this.#deadlineMs = deadlineMs;
    this.#confine = confine;
  }

  /** The number of running programs. */
  get running(): number {
    return this.#running;
  }

  /**
   * Waits for a free slot, then calls `start` with the command and a signal that aborts with the run's, or at the
   * deadline. `start` then kills the process and rejects with the signal's reason. It must not run another program
   * before it ends.
   * @throws {RepositoryError} `unavailable` when the deadline has passed.
   * @throws the signal's reason when it is aborted, also while it waits.
   */
  async run<T>(
    program: ProgramRun,
    start: (command: ProgramCommand, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { name, advice, signal, deadlineMs = this.#deadlineMs } = program;
    await this.#turn(signal);
    const stop = new AbortController();
    const abort = () => stop.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    let clock: NodeJS.Timeout | null = null;
    try {
      const command = await this.#confined(program);
      signal.throwIfAborted();
      clock = setTimeout(() => {
        const message = `${name} did not end within ${deadlineMs / 1000} s. ${advice}`;
        stop.abort(new RepositoryError('unavailable', message));
      }, deadlineMs);
      return await start(command, stop.signal);
    } finally {
      if (clock !== null) clearTimeout(clock);
      signal.removeEventListener('abort', abort);
      this.#running -= 1;
      this.#next();
    }
  }

  #confined({ file, args, cwd, readable = [], writable = [] }: ProgramRun) {
    return this.#confine({ file, args, cwd }, { readable: [cwd, ...readable], writable });
  }

  #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < this.#atOnce) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(begin);
        signal.removeEventListener('abort', abandon);
      };
      const begin = () => {
        leave();
        this.#running += 1;
        resolve();
      };
      const abandon = () => {
        leave();
        reject(signal.reason);
      };
      this.#waiting.add(begin);
      signal.addEventListener('abort', abandon, { once: true });
    });
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first && this.#running < this.#atOnce) first();
  }
}

/**
 * Throws if the sandbox failed before the program ran: then the exit status is not the program's.
 * @throws {RepositoryError} `unavailable`.
 */
export function refuseComplaint(name: string, stderr: string): void {
  if (!confinementComplaint.test(stderr)) return;
  const complaint = stderr.split('\n')[0] ?? '';
  throw new RepositoryError('unavailable', `${name} can't be started: ${complaint}. Try again.`);
}
