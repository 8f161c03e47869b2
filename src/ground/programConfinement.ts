/** A program to be started. */
export interface ProgramCommand {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  /** Working folder, absolute. */
  readonly cwd: string;
}

/** What of the file system a program needs besides itself and its libraries. Absolute paths that exist. */
export interface ProgramNeeds {
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/**
 * Wraps a command so that it reaches no network, and of the file system only what it needs. The command
 * itself where the machine has nothing to confine it with. What the wrapped one says on standard error is
 * the program's own, unless it begins with `confinementComplaint`: then the program did not run at all.
 */
export type ConfineProgram = (
  command: ProgramCommand,
  needs: ProgramNeeds,
) => Promise<ProgramCommand>;

/** How bubblewrap and sandbox-exec begin what they complain about. */
export const confinementComplaint = /^(?:bwrap|sandbox-exec): /;

/** Runs programs as they are. */
export const unconfinedPrograms: ConfineProgram = async (command) => command;
