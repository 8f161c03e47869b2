import { access, realpath } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import {
  type Confinement,
  type ConfinementLimits,
  confinedRuntime,
  defaultConfinementLimits,
} from './confinement';
import { type Interpreter, isolatedPython } from './interpreter';

/** What a file system must hold so that a kernel starts in it. */
export interface PythonFiles {
  /** Where to find it and where it must appear; shared libraries are linked by other names. */
  readonly files: readonly string[];
  /** The standard library. */
  readonly folders: readonly string[];
}

export interface BubblewrapOptions {
  /** Absolute path of bwrap. */
  readonly program: string;
  readonly python: PythonFiles;
  /** Whether bwrap runs with all of root's rights. */
  readonly root: boolean;
  readonly limits?: ConfinementLimits;
}

/** The descriptor on which bwrap tells its child's process id. */
const bubblewrapStatusDescriptor = 4;

/** Of a file system in memory for what a process writes. */
export const scratchBytes = 16 * 1024 * 1024;
const probeTimeoutMs = 10_000;

/**
 * An empty, read-only file system with Python in it, and namespaces of its own, around a process that
 * confines itself as well. Linux with bubblewrap 0.8 or later.
 */
export function bubblewrapped(options: BubblewrapOptions): Confinement {
  const { program, limits = defaultConfinementLimits() } = options;
  const before = bubblewrapArguments(options);
  return {
    name: 'bubblewrap',
    runtimeArguments: confinedRuntime(limits),
    command: (python, args) => ({ file: program, args: [...before, '--', python, ...args] }),
    reportsChild: true,
  };
}

/** The arguments before the command. */
export function bubblewrapArguments({
  python,
  root,
}: Omit<BubblewrapOptions, 'program'>): string[] {
  return [
    ...(root ? namespacesOfRoot : namespacesOfUser),
    '--die-with-parent',
    '--new-session',
    // Else bwrap's own init would be in there too, to be traced by the code.
    '--as-pid-1',
    '--clearenv',
    ...python.folders.flatMap((path) => ['--ro-bind', path, path]),
    ...python.files.flatMap((path) => ['--ro-bind', path, path]),
    // What the runtime puts in the place of standard input.
    '--dev-bind',
    '/dev/null',
    '/dev/null',
    '--size',
    String(scratchBytes),
    '--tmpfs',
    '/tmp',
    // The root is a file system in memory, writable and without a limit until here.
    '--remount-ro',
    '/',
    '--chdir',
    '/',
    '--json-status-fd',
    String(bubblewrapStatusDescriptor),
  ];
}

/** For a process of anyone but root with all of root's rights. */
export const namespacesOfUser: readonly string[] = [
  '--unshare-all',
  '--unshare-user',
  '--disable-userns',
  '--cap-drop',
  'ALL',
];

/** All but a user namespace, and no capability. */
export const ownNamespaces: readonly string[] = [
  '--unshare-ipc',
  '--unshare-pid',
  '--unshare-net',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--cap-drop',
  'ALL',
];

/**
 * Root needs no user namespace, and in one it could not become another user, whose threads Linux counts:
 * root's are never. The two capabilities are for that, and are given up with it.
 */
const namespacesOfRoot: readonly string[] = [
  ...ownNamespaces,
  '--cap-add',
  'CAP_SETUID',
  '--cap-add',
  'CAP_SETGID',
];

/**
 * Asks an interpreter which files it is made of.
 * @param probe text of `libraries.py`.
 * @throws {Error} when it can't tell, for instance because it is linked to another C library.
 */
export async function findPythonFiles(
  interpreter: Interpreter,
  probe: string,
  signal: AbortSignal,
): Promise<PythonFiles> {
  const [{ stdout }, program] = await Promise.all([
    execa(interpreter.executable, [...isolatedPython, '-c', probe, ...extensionModules], {
      stdin: 'ignore',
      cancelSignal: signal,
      timeout: probeTimeoutMs,
      env: {},
      extendEnv: false,
      cwd: '/',
    }),
    realpath(interpreter.executable),
  ]);
  const libraries = z.array(z.string().startsWith('/')).parse(JSON.parse(stdout));
  const folders: string[] = [];
  for (const folder of interpreter.libraries) {
    const inside = folders.some((other) => folder.startsWith(`${other}/`));
    if (!inside && isAbsolute(folder) && (await exists(folder))) folders.push(folder);
  }
  const files = new Set([interpreter.executable, program, ...libraries]);
  for (const file of files) {
    if (folders.some((folder) => file.startsWith(`${folder}/`))) files.delete(file);
  }
  return { folders, files: [...files] };
}

/**
 * Whether bubblewrap can do here what it is asked to: starts Python in it once.
 * @returns null if it works, else why not.
 */
export async function tryBubblewrap(
  options: BubblewrapOptions,
  python: string,
  signal: AbortSignal,
): Promise<string | null> {
  const command = bubblewrapped(options).command(python, [
    ...isolatedPython,
    '-c',
    'print("works")',
  ]);
  const result = await execa(command.file, command.args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ignore', 'pipe'],
    reject: false,
    cancelSignal: signal,
    // It is two processes until Python runs in it.
    killDescendants: true,
    timeout: probeTimeoutMs,
    env: {},
    extendEnv: false,
    cwd: '/',
  });
  signal.throwIfAborted();
  if (result.exitCode === 0 && result.stdout === 'works') return null;
  return result.stderr.trim().split('\n')[0] || `it ended with ${result.exitCode ?? result.signal}`;
}

/**
 * Whether this process has all that bwrap needs to do without a user namespace. Root in a container
 * often has not.
 */
export function isFullRoot(status: string): boolean {
  const user = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1];
  const capabilities = /^CapEff:\s+([0-9a-f]+)/m.exec(status)?.[1];
  if (user !== '0' || capabilities === undefined) return false;
  const needed = capability.setgid | capability.setuid | capability.netAdmin | capability.sysAdmin;
  return (BigInt(`0x${capabilities}`) & needed) === needed;
}

/** Bits of linux/capability.h. */
const capability = {
  setgid: 1n << 6n,
  setuid: 1n << 7n,
  netAdmin: 1n << 12n,
  sysAdmin: 1n << 21n,
} as const;

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Those extension modules of the runtime's `standard_library.py` that are linked to other libraries. */
const extensionModules: readonly string[] = [
  '_blake2',
  '_bz2',
  '_ctypes',
  '_decimal',
  '_elementtree',
  '_lzma',
  '_socket',
  '_sqlite3',
  '_zstd',
  'binascii',
  'cmath',
  'math',
  'pyexpat',
  'unicodedata',
  'zlib',
];
