import { execa } from 'execa';

/** How a program is run to its end; its output is only shown when it fails. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** False: `env` is all of the program's environment. */
  readonly extendEnv?: boolean;
  /** After this many ms it is ended. */
  readonly timeout?: number;
}

/** Runs a program to its end and returns its stdout. Throws with its command and all it said if it fails. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { stdout } = await execa(command, args, {
    stdin: 'ignore',
    timeout: options.timeout ?? 10 * 60_000,
    extendEnv: options.extendEnv ?? true,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  return stdout;
}

/** Runs npm, the one that runs this script if there is one, under the Node that runs this script. */
export async function runNpm(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const npm = process.env['npm_execpath'];
  return npm?.endsWith('.js')
    ? await runProgram(process.execPath, [npm, ...args], options)
    : await runProgram('npm', args, options);
}
