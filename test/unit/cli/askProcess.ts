import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { inject } from 'vitest';
import { buildProgram } from '../../../buildProgram.mjs';
import { projectFolder } from '../../host/folders';
import { installOnce } from '../../host/installOnce';

/**
 * Puts `ask` with all it needs into a folder, as esbuild.mjs does, and gives the bundle's path. It is built
 * once for all test files.
 */
export async function buildAsk(folder: string): Promise<string> {
  const dist = join(folder, 'dist');
  await mkdir(join(dist, 'bin'), { recursive: true });
  await Promise.all([
    copyProgram(dist),
    symlink(rgPath, join(dist, 'bin', basename(rgPath))),
    cp(join(projectFolder, 'src/repl/python'), join(dist, 'python'), { recursive: true }),
    cp(join(projectFolder, 'prompts'), join(folder, 'prompts'), { recursive: true }),
  ]);
  return join(dist, 'ask.js');
}

async function copyProgram(dist: string): Promise<void> {
  const built = join(inject('buildsFolder'), 'ask');
  await installOnce(built, writeProgram);
  await cp(built, dist, { recursive: true });
}

async function writeProgram(outdir: string): Promise<void> {
  const entry = join(projectFolder, 'src/cli/main.ts');
  const { files } = await buildProgram('ask', entry, { outdir, production: false });
  await mkdir(join(outdir, 'ask'));
  for (const { path, contents } of files) await writeFile(path, contents);
}

export interface AskProcessOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `ask` as a user would, in an environment with nothing of ours. */
export function startAsk(bundle: string, args: readonly string[], options: AskProcessOptions) {
  const { PATH = '' } = process.env;
  return execa(process.execPath, [bundle, ...args], {
    cwd: options.cwd,
    env: { PATH, HOME: options.cwd, ...options.env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
  });
}

/** Command lines of the processes, other than `ask` itself, that run something of this folder. Linux only. */
export async function processesOf(folder: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => line.includes(folder));
}
