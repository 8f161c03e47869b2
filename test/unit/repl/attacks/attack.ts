/**
 * Something that code in a kernel must not achieve. `code` is the body of a Python function that knows
 * `target` (see `AttackTargets`); it returns something true if it got through, and raises or returns
 * something false if not. The same code is the control: outside the sandbox it must succeed.
 */
export interface Attack {
  readonly name: string;
  readonly code: string;
  /** Succeeding ends the kernel's process, or replaces it. */
  readonly endsKernel?: true;
  /** Some machines forbid this to everyone; there, nothing can be learned from it. */
  readonly rare?: true;
}

/** What there is to attack. All of it was made for the test. */
export interface AttackTargets {
  /** A folder that a person might have open, with `canary` in it. */
  readonly workspace: string;
  readonly canary: string;
  readonly secret: string;
  /** A home folder with `.ssh/id_ed25519`, which holds the secret as well. */
  readonly home: string;
  /** No such file. */
  readonly missing: string;
  /** A file that may be changed or deleted. */
  readonly victimFile: string;
  /** A shared library that nothing has loaded. */
  readonly library: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly unixSocket: string;
  readonly abstractSocket: string;
  readonly hostPid: number;
  /** A process that does nothing. */
  readonly victimPid: number;
  readonly hostName: string;
}
