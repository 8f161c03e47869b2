import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import { isOutside, resolveExecutable } from '../ground/resolveExecutable';
import { KernelUnavailableError } from './kernel';

/** A Python that can run kernels. */
export interface Interpreter {
  /** Absolute path of the real executable; never a launcher script such as pyenv's. */
  readonly executable: string;
  /** For example `3.11.7`. */
  readonly version: string;
  /** Where Python is installed. */
  readonly prefixes: readonly string[];
  /** The standard library's folders: all that a kernel has to be able to read. */
  readonly libraries: readonly string[];
  /** Fathom's Python runtime, ready to be sent to a kernel's `boot.py`. */
  readonly runtime: Buffer;
  /** Text of `boot.py`. */
  readonly boot: string;
}

const probeReply = z.union([
  z.object({
    version: z.string(),
    implementation: z.literal('cpython'),
    executable: z.string().min(1),
    prefixes: z.array(z.string()),
    libraries: z.array(z.string()),
    magic: z.string().regex(/^[0-9a-f]+$/),
    runtime: z.base64(),
  }),
  z.object({ version: z.string(), implementation: z.string() }),
]);

/** How a command turned out. */
type Probe =
  | { readonly kind: 'found'; readonly interpreter: Interpreter }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unusable'; readonly reason: string };

/** A command that may be a Python, with arguments that select it. */
type Command = readonly [file: string, ...args: string[]];

const probeTimeoutMs = 20_000;
/** For kernels nothing but Python itself counts: no environment, no site-packages, no byte code written. */
export const isolatedPython: readonly string[] = ['-I', '-S', '-B', '-X', 'utf8', '-W', 'ignore'];

/**
 * Finds a CPython 3.9 or later: `python` if that is given, else the first usable of those preferred,
 * `python3`, `python` and, on Windows, `py -3` on the PATH. Starts one process for each that it tries.
 * @param outside folders that strangers may have written: no Python in them is started, unless it is
 * `python` and given by its path.
 * @param onWait called when one was started, and is waited for.
 * @throws {KernelUnavailableError} when there is none.
 */
export async function findInterpreter(
  python: string | null,
  runtimeFolder: string,
  signal: AbortSignal,
  preferred: readonly string[] = [],
  outside: readonly string[] = [],
  onWait: () => void = () => undefined,
): Promise<Interpreter> {
  const [probe, boot] = await Promise.all([
    readFile(join(runtimeFolder, 'probe.py'), 'utf8'),
    readFile(join(runtimeFolder, 'boot.py'), 'utf8'),
  ]);
  const attempt = async ([name, ...selection]: Command, chosen = false): Promise<Probe> => {
    const file = await locate(name, outside, chosen);
    if (file === null) return { kind: 'missing' };
    const probed = probeCommand([file, ...selection], { probe, boot, runtimeFolder, signal });
    onWait();
    return probed;
  };

  if (python !== null) {
    const result = await attempt([python], true);
    if (result.kind === 'found') return result.interpreter;
    const reason = result.kind === 'missing' ? 'there is no such executable file' : result.reason;
    throw new KernelUnavailableError(
      `${python} can't be used as Python: ${reason}. Give the path of Python 3.9 or later.`,
    );
  }

  const commands = [...preferred.map((path): Command => [path]), ...defaultCommands()];
  const reasons: string[] = [];
  for (const command of commands) {
    const result = await attempt(command);
    if (result.kind === 'found') return result.interpreter;
    if (result.kind === 'unusable') reasons.push(`${command.join(' ')}: ${result.reason}`);
  }
  const looked = commands.map((command) => command.join(' ')).join(', ');
  throw new KernelUnavailableError(
    `No Python 3.9 or later was found (looked for ${looked}). Install it, or name one: ` +
      '--python PATH on the command line, fathom.pythonPath in the settings.' +
      (outside.length > 0 ? ' A Python in a folder that is asked about is not started.' : '') +
      (reasons.length > 0 ? `\n${reasons.join('\n')}` : ''),
  );
}

/** The file of a command; null when there is none that may be started. */
async function locate(
  name: string,
  outside: readonly string[],
  chosen: boolean,
): Promise<string | null> {
  if (!/[\\/]/.test(name)) return resolveExecutable(name, { outside });
  const file = resolve(name);
  // Of what a person names for this, that person knows where it is.
  return chosen || (await isOutside(file, outside)) ? file : null;
}

function defaultCommands(): readonly Command[] {
  return process.platform === 'win32'
    ? [['python3'], ['python'], ['py', '-3']]
    : [['python3'], ['python']];
}

interface ProbeOptions {
  readonly probe: string;
  readonly boot: string;
  readonly runtimeFolder: string;
  readonly signal: AbortSignal;
}

async function probeCommand(command: Command, options: ProbeOptions): Promise<Probe> {
  const [file, ...selection] = command;
  const result = await execa(
    file,
    [...selection, ...isolatedPython, '-c', options.probe, options.runtimeFolder],
    {
      stdin: 'ignore',
      reject: false,
      cancelSignal: options.signal,
      timeout: probeTimeoutMs,
      forceKillAfterDelay: 500,
      // A launcher such as pyenv's asks the current folder which Python to start.
      cwd: dirname(file),
      windowsHide: true,
    },
  );
  options.signal.throwIfAborted();
  if (result.code === 'ENOENT' || result.exitCode === 127) return { kind: 'missing' };
  if (result.code === 'EACCES') return { kind: 'unusable', reason: 'it is not executable' };
  if (result.timedOut) return { kind: 'unusable', reason: 'it does not answer' };
  if (result.exitCode !== 0) {
    const version = await oldVersion(command, options.signal);
    return { kind: 'unusable', reason: version ?? firstLine(result.stderr) ?? 'it is not Python' };
  }
  const reply = parseReply(result.stdout);
  if (reply === null) return { kind: 'unusable', reason: 'it is not Python' };
  if (!('runtime' in reply)) {
    const name = reply.implementation === 'cpython' ? 'Python' : reply.implementation;
    return {
      kind: 'unusable',
      reason: `it is ${name} ${reply.version}, CPython 3.9 or later is needed`,
    };
  }
  const compiled = Buffer.from(reply.runtime, 'base64');
  return {
    kind: 'found',
    interpreter: {
      executable: reply.executable,
      version: reply.version,
      prefixes: reply.prefixes,
      libraries: reply.libraries,
      runtime: Buffer.concat([Buffer.from(`${reply.magic} ${compiled.length}\n`), compiled]),
      boot: options.boot,
    },
  };
}

/** Pythons from before 3.4 don't know the options of a probe, but they tell their version. */
async function oldVersion(command: Command, signal: AbortSignal): Promise<string | null> {
  const [file, ...selection] = command;
  const result = await execa(file, [...selection, '--version'], {
    stdin: 'ignore',
    reject: false,
    all: true,
    cancelSignal: signal,
    timeout: probeTimeoutMs,
    windowsHide: true,
    cwd: dirname(file),
  });
  signal.throwIfAborted();
  const version = /^Python (\d[\w.+]*)/m.exec(result.all)?.[1];
  return version === undefined ? null : `it is Python ${version}, CPython 3.9 or later is needed`;
}

function parseReply(text: string): z.infer<typeof probeReply> | null {
  try {
    const reply = probeReply.safeParse(JSON.parse(text));
    return reply.success ? reply.data : null;
  } catch {
    return null;
  }
}

function firstLine(text: string): string | null {
  const line = text.trim().split('\n')[0];
  return line === undefined || line === '' ? null : line.slice(0, 300);
}
