// A step of the build; `esbuild.mjs` and the tests call it. Imports nothing of ours, so that Node can run it.
import { createHash, randomUUID } from 'node:crypto';
import {
  access,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { build } from 'esbuild';
import { execa } from 'execa';

/** Changes when the files that are made change for other reasons than their inputs. */
const layout = 1;

/** How long to wait for another process that makes the same. */
const patienceMs = 120_000;
const dayMs = 24 * 60 * 60 * 1000;

const root = resolve(import.meta.dirname, '../../..');
const pyodideFolder = join(root, 'node_modules/pyodide');
const runtimeFolder = join(root, 'src/repl/python');
const cacheFolder = join(root, 'node_modules/.cache/fathom');

/**
 * Makes what WebAssembly kernels start from, unless nothing has changed since it was made: it takes some
 * seconds. Any number of processes may do so at once.
 * @returns the folder with `kernel.js`, `python.wasm`, `python.image` and `python.library`.
 */
export async function buildWasmKernel(options: { readonly minify: boolean }): Promise<string> {
  const [program, imageMaker] = await Promise.all([
    bundle('kernelMain.ts', 'cjs', options.minify),
    bundle('makeImage.ts', 'esm', false),
  ]);
  const [packageJson, imageScript] = await Promise.all([
    readFile(join(pyodideFolder, 'package.json')),
    readFile(join(runtimeFolder, 'image.py')),
  ]);
  const library = join(cacheFolder, `library-${digest([packageJson, imageScript])}`);
  const inputs = [program, imageMaker, packageJson, imageScript, ...(await runtimeFiles())];
  const folder = join(cacheFolder, `wasm-${digest(inputs)}`);
  const isMade = (): Promise<boolean> => exists(join(folder, 'kernel.js'));
  if (await isMade()) return folder;
  await mkdir(cacheFolder, { recursive: true });
  // One process makes it, the others wait. One that dies leaves its lock; then they give up waiting.
  const lock = `${folder}.lock`;
  const alone = await mkdir(lock).then(
    () => true,
    () => false,
  );
  const deadline = Date.now() + patienceMs;
  while (!alone && Date.now() < deadline && (await exists(lock))) await setTimeout(100);
  try {
    if (!(await isMade())) await make(folder, library, program, imageMaker);
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
  return folder;
}

async function make(
  folder: string,
  library: string,
  program: string,
  imageMaker: string,
): Promise<void> {
  const unfinished = join(cacheFolder, `unfinished-${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  try {
    const script = join(unfinished, 'makeImage.mjs');
    await writeFile(script, imageMaker);
    await execa(process.execPath, [script, pyodideFolder, runtimeFolder, library, unfinished], {
      stdin: 'ignore',
      extendEnv: false,
    });
    await rm(script);
    await writeFile(join(unfinished, 'kernel.js'), program);
    await cp(join(import.meta.dirname, 'NOTICE.txt'), join(unfinished, 'NOTICE.txt'));
    await rename(unfinished, folder);
    await removeOld();
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process may have been faster.
    if (!(await exists(join(folder, 'kernel.js')))) throw error;
  }
}

/** Makes it and puts it into a folder, unless it is there already. */
export async function installWasmKernel(
  target: string,
  options: { readonly minify: boolean },
): Promise<void> {
  const folder = await buildWasmKernel(options);
  const stamp = join(
    cacheFolder,
    `installed-${createHash('sha256').update(resolve(target)).digest('hex').slice(0, 16)}`,
  );
  const installed = await readFile(stamp, 'utf8').catch(() => '');
  const complete = await exists(join(target, 'NOTICE.txt'));
  if (complete && installed === basename(folder)) return;
  await rm(target, { recursive: true, force: true });
  await cp(folder, target, { recursive: true });
  await writeFile(stamp, basename(folder));
}

/** Removes what was made for inputs that are gone; what a test may still use is younger than a day. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    const path = join(cacheFolder, name);
    const info = await stat(path).catch(() => null);
    if (info !== null && Date.now() - info.mtimeMs > dayMs) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

async function bundle(entry: string, format: 'cjs' | 'esm', minify: boolean): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format,
    minify,
    write: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}

/** The runtime's files, with their names. */
async function runtimeFiles(): Promise<readonly (string | Buffer)[]> {
  const folder = join(runtimeFolder, 'fathom');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.py')).sort();
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return [...names, ...files];
}

function digest(inputs: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256').update(`${layout} ${process.version}`);
  for (const input of inputs) hash.update(`\n${input.length}\n`).update(input);
  return hash.digest('hex').slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
