import { realpath } from 'node:fs/promises';
import type { Confinement } from './confinement';
import type { Interpreter } from './interpreter';

/** Where macOS keeps it. */
export const sandboxExec = '/usr/bin/sandbox-exec';

/**
 * Python inside macOS's sandbox-exec, with a profile that denies all but itself. Apple calls the program
 * deprecated, but browsers and build systems rest on it, and the self-test tells if it stops to work.
 */
export function macSandbox(python: MacPythonFiles): Confinement {
  const profile = macSandboxProfile(python);
  return {
    name: 'sandbox-exec',
    runtimeArguments: ['limited'],
    command: (python, args) => ({ file: sandboxExec, args: ['-p', profile, python, ...args] }),
    reportsChild: false,
  };
}

/** What of the file system a profile lets Python read. Paths are real: the sandbox sees no symlinks. */
export interface MacPythonFiles {
  readonly programs: readonly string[];
  readonly folders: readonly string[];
}

/** @throws {Error} when a path of the interpreter has just gone. */
export async function findMacPythonFiles(
  interpreter: Interpreter,
): Promise<{ programs: string[]; folders: string[] }> {
  const program = await realpath(interpreter.executable);
  const prefixes = await Promise.all(interpreter.prefixes.map((path) => realpath(path)));
  const folders = await Promise.all(interpreter.libraries.map((path) => realOrNull(path)));
  return {
    programs: [
      ...new Set([
        interpreter.executable,
        program,
        // A framework's bin/python3 only starts this one, without a new process.
        ...prefixes.map((prefix) => `${prefix}/Resources/Python.app/Contents/MacOS/Python`),
      ]),
    ],
    folders: [
      ...new Set([
        ...folders.filter((path) => path !== null),
        // The interpreter itself is a library there: libpython3.x.dylib, or Python in a framework.
        ...prefixes.flatMap((prefix) => [`${prefix}/Python`, `${prefix}/Resources`]),
        ...prefixes.map((prefix) => `${prefix}/lib`),
      ]),
    ],
  };
}

async function realOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    return null;
  }
}

/** A profile in the sandbox's own language. The last rule that fits wins. */
export function macSandboxProfile({ programs, folders }: MacPythonFiles): string {
  const literals = programs.map((path) => `(literal ${quote(path)})`).join(' ');
  const subpaths = folders.map((path) => `(subpath ${quote(path)})`).join(' ');
  return [
    '(version 1)',
    '(deny default)',
    `(allow process-exec ${literals})`,
    '(deny process-fork)',
    // The dynamic linker and the libraries of the system, which hold nothing of the user.
    '(allow file-read* file-map-executable (subpath "/usr/lib") (subpath "/System/Library") (subpath "/System/Volumes/Preboot/Cryptexes"))',
    `(allow file-read* file-map-executable ${literals} ${subpaths})`,
    '(allow file-read-metadata (literal "/") (literal "/usr") (literal "/System"))',
    '(allow file-read* (literal "/") (literal "/dev/null") (literal "/dev/random") (literal "/dev/urandom"))',
    '(allow sysctl-read)',
    '(allow signal (target self))',
  ].join('\n');
}

/** A string literal of the profile's language. */
export function quote(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
