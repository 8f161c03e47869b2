import { isUtf8 } from 'node:buffer';
import { dirname } from 'node:path';
import { execa } from 'execa';
import type { ProgramCommand } from '../../ground/programConfinement';
import { resolveExecutable } from '../../ground/resolveExecutable';
import { type Programs, refuseComplaint } from '../programs';
import { RepositoryError } from '../repository';
import { type GitFailure, gitFailure } from './gitFailure';
import { gitExecutable } from './gitPrograms';

/** Output kept of one command: more than anyone reads, and a bound for what a repository can cost. */
const outputLimit = 8 * 1024 * 1024;

/** Milliseconds that one command may take. */
const deadlineMs = 60_000;

/** Git's largest single piece of memory: a small object can say that it unfolds to any size. */
const allocationLimit = '512m';

/** Of the process's environment, what a program needs to be started at all. */
const environmentNames = ['SYSTEMROOT', 'COMSPEC', 'TEMP', 'TMP', 'TMPDIR'];

const nowhere = process.platform === 'win32' ? 'NUL' : '/dev/null';

/** Git's own last exit status, of a wrong use. Above it a confinement says that the process was killed. */
const lastStatus = 129;

export interface GitRun {
  /** Gives each process its turn, and confines it. */
  readonly programs: Programs;
  readonly args: readonly string[];
  /** The private Git folder, which is also the working folder. */
  readonly gitFolder: string;
  /** Where the objects are looked for. */
  readonly objects: string;
  /** All that Git has to be able to read besides its working folder. */
  readonly readable: readonly string[];
  /** Folders whose programs are not started. */
  readonly outside: readonly string[];
  readonly signal: AbortSignal;
  /** Paths or pathspecs, seen from the top of the work tree, put after "--". */
  readonly paths?: readonly Buffer[];
  /** Bytes of output that are kept. Default: 8 MiB. */
  readonly outputLimit?: number;
}

export interface GitResult {
  readonly ok: boolean;
  readonly stdout: Buffer;
  /** Why it is not `ok`. What Git said itself is kept from everybody: see `gitFailure`. */
  readonly failure: GitFailure;
  /** True when `stdout` was cut at the limit. */
  readonly cut: boolean;
}

/**
 * Runs a Git command on a private Git folder; all of Fathom's Git goes through here. Says what failed in the
 * result, because only the caller knows what it means.
 * @throws {RepositoryError} `unavailable` when Git can't be started or takes too long.
 * @throws the signal's reason when it is aborted.
 */
export async function git(run: GitRun): Promise<GitResult> {
  run.signal.throwIfAborted();
  const executable = await gitExecutable(run.outside, (found) => askVersion(found, run.gitFolder));
  const paths = run.paths ?? [];
  const args = ['--no-pager', ...run.args, ...(paths.length === 0 ? [] : ['--'])];
  // Node.js arguments are text. xargs passes on bytes, and exists wherever names can be such bytes.
  const passer = paths.every(isUtf8) ? null : await xargs(run.outside);
  const program = {
    name: 'Git',
    advice: 'Narrow it with path= or n=.',
    file: executable,
    args: passer === null ? [...args, ...paths.map((path) => path.toString('utf8'))] : args,
    cwd: run.gitFolder,
    readable: run.readable,
    deadlineMs,
    signal: run.signal,
  };
  const env = environment(run, executable);
  const maxBuffer = run.outputLimit ?? outputLimit;
  const result = await run.programs.run(program, (command, signal) => {
    const options = { env, maxBuffer, signal };
    if (passer === null) return start(command, options);
    const passed = { ...command, file: passer, args: ['-0', '-x', command.file, ...command.args] };
    return start(passed, { ...options, input: nullTerminated(paths) });
  });
  const stderr = Buffer.from(result.stderr).toString('utf8');
  refuseComplaint('Git', stderr);
  const { exitCode } = result;
  if (!result.isMaxBuffer && (exitCode === undefined || exitCode > lastStatus)) {
    const why = exitCode === undefined ? (result.code ?? result.signal) : `status ${exitCode}`;
    throw new RepositoryError(
      'unavailable',
      `Git (${executable}) can't be run (${why ?? 'no reason given'}). Try again, or do without the git functions.`,
    );
  }
  return {
    ok: exitCode === 0 || result.isMaxBuffer,
    stdout: withoutCopy(result.stdout),
    failure: gitFailure(stderr),
    cut: result.isMaxBuffer,
  };
}

/** Bytes as a buffer on the same memory. */
function withoutCopy({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

interface StartOptions {
  readonly env: Record<string, string>;
  /** Ends the process. */
  readonly signal: AbortSignal;
  readonly maxBuffer: number;
  readonly input?: Buffer;
}

/**
 * The one place where Git is started.
 * @throws the signal's reason when it is aborted.
 */
async function start(
  { file, args, cwd }: ProgramCommand,
  { env, signal, maxBuffer, input }: StartOptions,
) {
  const result = await execa(file, args, {
    cwd,
    cancelSignal: signal,
    killSignal: 'SIGKILL',
    killDescendants: true,
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer,
    extendEnv: false,
    env,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  });
  signal.throwIfAborted();
  return result;
}

async function askVersion(file: string, cwd: string): Promise<string | null> {
  const env = { ...baseEnvironment(cwd), PATH: dirname(file) };
  const signal = AbortSignal.timeout(deadlineMs);
  const command = { file, args: ['--version'], cwd };
  const { exitCode, stdout } = await start(command, { env, signal, maxBuffer: 4096 });
  return exitCode === 0 ? Buffer.from(stdout).toString('utf8') : null;
}

async function xargs(outside: readonly string[]): Promise<string> {
  const found = await resolveExecutable('xargs', { outside });
  if (found !== null) return found;
  throw new RepositoryError(
    'unavailable',
    'Git can be asked about names that are not UTF-8 only where there is the program xargs (Debian: findutils).',
  );
}

function nullTerminated(paths: readonly Buffer[]): Buffer {
  return Buffer.concat(paths.flatMap((path) => [path, Buffer.of(0)]));
}

function environment(run: GitRun, executable: string): Record<string, string> {
  return {
    ...baseEnvironment(run.gitFolder),
    PATH: dirname(executable),
    GIT_DIR: run.gitFolder,
    GIT_OBJECT_DIRECTORY: run.objects,
  };
}

/** Nobody's settings count: neither the user's nor the system's, which may name programs too. */
function baseEnvironment(folder: string): Record<string, string> {
  const kept: Record<string, string> = {
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: nowhere,
    GIT_CONFIG_GLOBAL: nowhere,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: dirname(folder),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOW_PROTOCOL: '',
    GIT_ALLOC_LIMIT: allocationLimit,
    GIT_PAGER: 'cat',
    LC_ALL: 'C.UTF-8',
  };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && environmentNames.includes(name.toUpperCase())) kept[name] = value;
  }
  return kept;
}
