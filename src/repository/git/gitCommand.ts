import { isUtf8 } from 'node:buffer';
import { execa } from 'execa';
import { RepositoryError } from '../repository';

/** Output kept of one command: more than anyone reads, and a bound for what a repository can cost. */
const outputLimit = 8 * 1024 * 1024;

/**
 * Settings that a hostile `.git/config` or `.gitattributes` could use to start programs, reach the
 * network or read other files. The diff options are given per command.
 */
const hardening = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.quotePath=false',
  'core.alternateRefsCommand=',
  'protocol.allow=never',
  'credential.helper=',
  'diff.external=',
  'diff.orderFile=/dev/null',
  'diff.noprefix=false',
  'diff.mnemonicPrefix=false',
  'log.showSignature=false',
  'log.mailmap=false',
  'blame.ignoreRevsFile=',
  'submodule.recurse=false',
  'color.ui=false',
  'i18n.logOutputEncoding=UTF-8',
].flatMap((setting) => ['-c', setting]);

/** Of the process's environment, what Git needs to be found, to know the user's own settings and to run. */
const environmentNames = [
  'PATH',
  'HOME',
  'USER',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'SYSTEMROOT',
  'COMSPEC',
  'PATHEXT',
  'TEMP',
  'TMP',
  'TMPDIR',
  'XDG_CONFIG_HOME',
];

export interface GitRun {
  readonly args: readonly string[];
  /** Working folder. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** More settings. */
  readonly settings?: ReadonlyMap<string, string>;
  /** Standard input. Not together with paths that are not UTF-8. */
  readonly input?: string;
  /** Paths or pathspecs, put after "--". */
  readonly paths?: readonly Buffer[];
}

export interface GitResult {
  readonly ok: boolean;
  readonly stdout: Buffer;
  /** One line, for a message. */
  readonly complaint: string;
  /** True when `stdout` was cut at the limit. */
  readonly cut: boolean;
}

/**
 * Runs a read-only Git command. Says what failed in the result, because only the caller knows what it
 * means.
 * @throws {RepositoryError} `unavailable` when Git can't be started.
 * @throws the signal's reason when it is aborted.
 */
export async function git(run: GitRun): Promise<GitResult> {
  run.signal.throwIfAborted();
  const args = [
    '--no-pager',
    ...hardening,
    ...run.args,
    ...(run.paths === undefined ? [] : ['--']),
  ];
  const paths = run.paths ?? [];
  // Node.js arguments are text. xargs passes on bytes, and exists wherever names can be such bytes.
  const [file, all, input] = paths.every(isUtf8)
    ? (['git', [...args, ...paths.map((path) => path.toString('utf8'))], run.input] as const)
    : (['xargs', ['-0', '-x', 'git', ...args], nullTerminated(paths)] as const);
  const subprocess = execa(file, all, {
    cwd: run.cwd,
    cancelSignal: run.signal,
    killSignal: 'SIGKILL',
    killDescendants: true,
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: outputLimit,
    extendEnv: false,
    env: { ...environment(), ...settingsEnvironment(run.settings ?? new Map()) },
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  });
  const result = await subprocess;
  run.signal.throwIfAborted();
  if (result.code === 'ENOENT') {
    throw new RepositoryError(
      'unavailable',
      'Git is not installed, or not on the PATH. Install it, or do without the git functions.',
      { cause: result },
    );
  }
  const [firstLine = ''] = Buffer.from(result.stderr).toString('utf8').trim().split('\n');
  return {
    ok: result.exitCode === 0 || result.isMaxBuffer,
    stdout: Buffer.from(result.stdout),
    complaint: firstLine.replace(/^(fatal|error): /, ''),
    cut: result.isMaxBuffer,
  };
}

function nullTerminated(paths: readonly Buffer[]): Buffer {
  return Buffer.concat(paths.flatMap((path) => [path, Buffer.of(0)]));
}

/** Unlike `-c`, this way a name may hold "=". */
function settingsEnvironment(settings: ReadonlyMap<string, string>): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.size) };
  let index = 0;
  for (const [name, value] of settings) {
    variables[`GIT_CONFIG_KEY_${index}`] = name;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
    index += 1;
  }
  return variables;
}

function environment(): Record<string, string> {
  const kept: Record<string, string> = {
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_PAGER: 'cat',
    LC_ALL: 'C.UTF-8',
  };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && environmentNames.includes(name.toUpperCase())) kept[name] = value;
  }
  return kept;
}
