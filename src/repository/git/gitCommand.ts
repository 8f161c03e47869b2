import { isUtf8 } from 'node:buffer';
import { dirname } from 'node:path';
import { execa } from 'execa';
import type { ProgramCommand } from '../../ground/programConfinement';
import { resolveExecutable } from '../../ground/resolveExecutable';
import { type Programs, refuseComplaint } from '../programs/programs';
import { RepositoryError } from '../repository';
import { type GitFailure, gitFailure } from './gitFailure';
import { gitExecutable } from './gitPrograms';

/** How much output of a command is kept: more than anyone reads, and a bound on memory. */
const outputLimit = 8 * 1024 * 1024;

/** How long a command may take, in milliseconds. */
const deadlineMs = 60_000;

/** Git's largest allocation: a small object can claim to unpack to any size. */
const allocationLimit = '512m';

/** The environment variables that a program needs to start. */
const environmentNames = ['SYSTEMROOT', 'COMSPEC', 'TEMP', 'TMP', 'TMPDIR'];

const nowhere = process.platform === 'win32' ? 'NUL' : '/dev/null';

/** Git's highest exit status, for wrong usage. Above it, the sandbox reports a killed process. */
const lastStatus = 129;

export interface GitRun {
  /** Queues and confines the processes. */
  readonly programs: Programs;
  readonly args: readonly string[];
  /** The private Git folder, which is also the working folder. */
  readonly gitFolder: string;
  /** The folder of the objects. */
  readonly objects: string;
  /** What Git must be able to read besides its working folder. */
  readonly readable: readonly string[];
  /** Folders whose programs are not started. */
  readonly outside: readonly string[];
  readonly signal: AbortSignal;
  /** Paths or pathspecs, relative to the top of the work tree; passed after "--". */
  readonly paths?: readonly Buffer[];
  /** How many bytes of output are kept. Default: 8 MiB. */
  readonly outputLimit?: number;
}

export interface GitResult {
  readonly ok: boolean;
  readonly stdout: Buffer;
  /** Why it is not `ok`. Git's own words are never shown: see `gitFailure`. */
  readonly failure: GitFailure;
  /** True when `stdout` was cut at the limit. */
  readonly cut: boolean;
}

/**
 * Runs a Git command on a private Git folder. All of Fathom's Git commands go through here. The result says what
 * failed, because only the caller knows what it means.
 * @throws {RepositoryError} `unavailable` when Git can't be started or takes too long.
 * @throws the signal's reason when it is aborted.
 */
export async function git(run: GitRun): Promise<GitResult> {
  run.signal.throwIfAborted();
  const executable = await gitExecutable(run.outside, (found) => askVersion(found, run.gitFolder));
  const paths = run.paths ?? [];
  const args = ['--no-pager', ...run.args, ...(paths.length === 0 ? [] : ['--'])];
  // Node.js arguments are text. xargs passes bytes, and exists wherever names can be such bytes.
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

/** The bytes as a buffer, on the same memory. */
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
 * The only place where Git is started.
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

/** Ignores the settings of the user and the system, too, which may name programs. */
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
