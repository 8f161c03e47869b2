/** A program to be started. */
export interface ProgramCommand {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  /** Working folder, absolute. */
  readonly cwd: string;
}

/** The files and folders a program needs besides itself and its libraries. Absolute paths that exist. */
export interface ProgramNeeds {
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/**
 * Wraps a command so that it reaches no network and only the files it needs. Returns the command itself on a
 * machine without a sandbox. The wrapped command's standard error is the program's own, unless it begins with
 * `confinementComplaint`: then the program did not run at all.
 */
export type ConfineProgram = (
  command: ProgramCommand,
  needs: ProgramNeeds,
) => Promise<ProgramCommand>;

/** How bubblewrap and sandbox-exec begin their error messages. */
export const confinementComplaint = /^(?:bwrap|sandbox-exec): /;

/** Leaves commands as they are. */
export const unconfinedPrograms: ConfineProgram = async (command) => command;
