import { isUtf8 } from 'node:buffer';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { findExecutable } from '../../trajectory/findExecutable';
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

export interface GitRun {
  readonly args: readonly string[];
  /** The private Git folder, which is also the working folder. */
  readonly gitFolder: string;
  /** Where the objects are looked for. */
  readonly objects: string;
  /** Folders whose programs are not started. */
  readonly outside: readonly string[];
  readonly signal: AbortSignal;
  /** An index of Fathom's own. */
  readonly index?: string;
  /** Standard input. Not together with paths that are not UTF-8. */
  readonly input?: Buffer;
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
 * @throws {RepositoryError} `unavailable` when Git can't be started, `too-large` when it takes too long.
 * @throws the signal's reason when it is aborted.
 */
export async function git(run: GitRun): Promise<GitResult> {
  run.signal.throwIfAborted();
  const executable = await gitExecutable(run.outside, (found) => askVersion(found, run.gitFolder));
  const paths = run.paths ?? [];
  const args = ['--no-pager', ...run.args, ...(paths.length === 0 ? [] : ['--'])];
  // Node.js arguments are text. xargs passes on bytes, and exists wherever names can be such bytes.
  const [file, all, input] = paths.every(isUtf8)
    ? ([executable, [...args, ...paths.map((path) => path.toString('utf8'))], run.input] as const)
    : ([
        await xargs(run.outside),
        ['-0', '-x', executable, ...args],
        nullTerminated(paths),
      ] as const);
  const result = await start(file, all, {
    cwd: run.gitFolder,
    env: environment(run, executable),
    signal: run.signal,
    maxBuffer: run.outputLimit ?? outputLimit,
    input,
  });
  run.signal.throwIfAborted();
  if (result.timedOut) {
    throw new RepositoryError(
      'too-large',
      `Git took more than ${deadlineMs / 1000} s; narrow it with path= or n=.`,
    );
  }
  if (result.exitCode === undefined && !result.isMaxBuffer) {
    const why = result.code ?? result.signal ?? 'no reason given';
    throw new RepositoryError(
      'unavailable',
      `Git (${executable}) can't be run (${why}). Try again, or do without the git functions.`,
    );
  }
  return {
    ok: result.exitCode === 0 || result.isMaxBuffer,
    stdout: Buffer.from(result.stdout),
    failure: gitFailure(Buffer.from(result.stderr).toString('utf8')),
    cut: result.isMaxBuffer,
  };
}

interface Start {
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly maxBuffer: number;
  readonly input?: Buffer | undefined;
}

/** The one place where Git is started. @param file an absolute path. */
function start(
  file: string,
  args: readonly string[],
  { cwd, env, signal, maxBuffer, input }: Start,
) {
  return execa(file, args, {
    cwd,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    timeout: deadlineMs,
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
}

async function askVersion(executable: string, cwd: string): Promise<string | null> {
  const env = { ...baseEnvironment(cwd), PATH: dirname(executable) };
  const { exitCode, stdout } = await start(executable, ['--version'], {
    cwd,
    env,
    maxBuffer: 4096,
  });
  return exitCode === 0 ? Buffer.from(stdout).toString('utf8') : null;
}

async function xargs(outside: readonly string[]): Promise<string> {
  const found = await findExecutable('xargs', { outside });
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
    ...(run.index === undefined ? {} : { GIT_INDEX_FILE: run.index }),
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
