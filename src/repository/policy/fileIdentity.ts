/** A file on this machine, whatever it is called. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** What is asked of a file about its other names. */
export interface LinkedFile extends FileIdentity {
  readonly nlink: bigint;
  /** When the file or its names changed last, in nanoseconds since the Unix epoch. */
  readonly ctimeNs: bigint;
}
