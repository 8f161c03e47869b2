import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import type { ConfineProgram, ProgramCommand, ProgramNeeds } from '../ground/programConfinement';
import { unconfinedPrograms } from '../ground/programConfinement';
import { resolveExecutable } from '../ground/resolveExecutable';
import { isFullRoot, namespacesOfUser, ownNamespaces, scratchBytes } from './bubblewrap';
import { quote, sandboxExec } from './macSandbox';

const probeTimeoutMs = 10_000;

/** A way to wrap a program, given the folders with its libraries. */
type Wrap = (
  command: ProgramCommand,
  needs: ProgramNeeds,
  libraries: readonly string[],
) => ProgramCommand;

/**
 * Confines Git and ripgrep with what confines kernels, bubblewrap or sandbox-exec: no network, nothing of
 * the file system but what they are given, and that read-only. Finds out once for each program whether it
 * works in there. Where it does not, or there is nothing to confine with, the program runs as it is.
 * @param outside folders that are asked about: no program in them is started.
 */
export function programSandbox(outside: readonly string[]): ConfineProgram {
  const wrapping = wayToWrap(outside).catch(() => null);
  const known = new Map<string, Promise<ConfineProgram>>();
  return async (command, needs) => {
    const wrap = await wrapping;
    if (wrap === null) return command;
    const confine = known.get(command.file) ?? confinementOf(command.file, wrap);
    known.set(command.file, confine);
    return (await confine)(command, needs);
  };
}

async function wayToWrap(outside: readonly string[]): Promise<Wrap | null> {
  if (process.platform === 'darwin') return inMacSandbox;
  if (process.platform !== 'linux') return null;
  const bubblewrap = await resolveExecutable('bwrap', { outside });
  if (bubblewrap === null) return null;
  const isRoot = process.getuid?.() === 0;
  const full = isFullRoot(await readFile('/proc/self/status', 'utf8'));
  // In a namespace of its own, such a root could not read the files of others, and would not find them.
  if (isRoot && !full) return null;
  return (...given) => inBubblewrap(bubblewrap, full, ...given);
}

/** The first that works: without libraries, then with those that the system has, and its own. */
async function confinementOf(file: string, wrap: Wrap): Promise<ConfineProgram> {
  const candidates = [[], await librariesOf(file)];
  for (const libraries of candidates) {
    const confine: ConfineProgram = async (command, needs) => wrap(command, needs, libraries);
    const probe = { file, args: ['--version'], cwd: '/' };
    const command = await confine(probe, { readable: [], writable: [] });
    const { exitCode, stdout } = await execa(command.file, command.args, {
      stdin: 'ignore',
      reject: false,
      timeout: probeTimeoutMs,
      killSignal: 'SIGKILL',
      killDescendants: true,
      extendEnv: false,
      env: {},
      cwd: '/',
    });
    if (exitCode === 0 && stdout !== '') return confine;
  }
  return unconfinedPrograms;
}

/** Folders that the libraries and helpers of programs are in: the system's, and those beside the program. */
async function librariesOf(file: string): Promise<readonly string[]> {
  const real = await realpath(file);
  const prefixes = ['', '/usr', dirname(dirname(real)).replace(/^\/$/, '')];
  const folders = prefixes.flatMap((prefix) =>
    ['lib', 'lib32', 'lib64', 'libexec'].map((name) => `${prefix}/${name}`),
  );
  // Systems that keep each package in a folder of its own.
  const store = /^\/(?:nix|gnu)\/store\//.exec(real)?.[0].slice(0, -1);
  const found: string[] = [];
  const others = ['/etc/ld.so.cache', ...(store ? [store] : [])];
  for (const path of new Set([...folders, ...others, real])) {
    if (await stat(path).catch(() => null)) found.push(path);
  }
  return found;
}

function inBubblewrap(
  bubblewrap: string,
  root: boolean,
  { file, args, cwd }: ProgramCommand,
  { readable, writable }: ProgramNeeds,
  libraries: readonly string[],
): ProgramCommand {
  return {
    file: bubblewrap,
    // In there it may be no folder.
    cwd: '/',
    args: [
      // Without this, root could not read what only its owner may.
      ...(root ? [...ownNamespaces, '--cap-add', 'CAP_DAC_READ_SEARCH'] : namespacesOfUser),
      '--die-with-parent',
      '--new-session',
      '--as-pid-1',
      '--dev-bind',
      '/dev/null',
      '/dev/null',
      '--size',
      String(scratchBytes),
      '--tmpfs',
      '/tmp',
      // The last one counts: what is given is there, whatever it is below.
      ...[...new Set([...libraries, file, ...readable])].flatMap((path) => [
        '--ro-bind',
        path,
        path,
      ]),
      ...writable.flatMap((path) => ['--bind', path, path]),
      '--remount-ro',
      '/',
      '--chdir',
      cwd,
      '--',
      file,
      ...args,
    ],
  };
}

function inMacSandbox(
  command: ProgramCommand,
  needs: ProgramNeeds,
  libraries: readonly string[],
): ProgramCommand {
  const profile = macProgramProfile(command.file, needs, libraries);
  return { ...command, file: sandboxExec, args: ['-p', profile, command.file, ...command.args] };
}

/** A profile in the sandbox's own language. Paths must be real ones: it sees no links. */
export function macProgramProfile(
  file: string,
  { readable, writable }: ProgramNeeds,
  libraries: readonly string[],
): string {
  const all = [file, ...libraries, ...readable, ...writable];
  const subpaths = (paths: readonly string[]) =>
    paths.map((path) => `(subpath ${quote(path)})`).join(' ');
  const above = [...new Set(all.flatMap(foldersAbove))]
    .map((path) => `(literal ${quote(path)})`)
    .join(' ');
  return [
    '(version 1)',
    '(deny default)',
    `(allow process-exec (literal ${quote(file)}) ${subpaths(libraries)})`,
    '(allow process-fork)',
    '(allow file-read* file-map-executable (subpath "/usr/lib") (subpath "/System/Library") (subpath "/System/Volumes/Preboot/Cryptexes"))',
    `(allow file-read* file-map-executable ${subpaths([file, ...libraries])})`,
    ...(readable.length > 0 ? [`(allow file-read* ${subpaths(readable)})`] : []),
    ...(writable.length > 0 ? [`(allow file-read* file-write* ${subpaths(writable)})`] : []),
    `(allow file-read-metadata (literal "/usr") (literal "/System") ${above})`,
    '(allow file-read* (literal "/") (literal "/dev/null") (literal "/dev/random") (literal "/dev/urandom"))',
    '(allow file-write-data (literal "/dev/null"))',
    '(allow sysctl-read)',
    '(allow signal (target self))',
  ].join('\n');
}

function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [path] : [folder, ...foldersAbove(folder)];
}
