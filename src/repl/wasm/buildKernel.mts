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
import { build } from 'esbuild';
import { execa } from 'execa';

/** Changes when the files that are made change for other reasons than their inputs. */
const layout = 1;

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
  const name = `wasm-${await digest([program, imageMaker])}`;
  const folder = join(cacheFolder, name);
  try {
    await access(join(folder, 'kernel.js'));
    return folder;
  } catch {
    // It has to be made.
  }
  const unfinished = join(cacheFolder, `unfinished-${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  try {
    const script = join(unfinished, 'makeImage.mjs');
    await writeFile(script, imageMaker);
    await execa(process.execPath, [script, pyodideFolder, runtimeFolder, unfinished], {
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
    await access(join(folder, 'kernel.js')).catch(() => {
      throw error;
    });
  }
  return folder;
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
  const complete = await access(join(target, 'NOTICE.txt')).then(
    () => true,
    () => false,
  );
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

/** What the result depends on. */
async function digest(bundles: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(`${layout} ${process.version}\n`);
  for (const text of bundles) hash.update(text);
  hash.update(await readFile(join(pyodideFolder, 'package.json')));
  hash.update(await readFile(join(runtimeFolder, 'image.py')));
  const runtime = join(runtimeFolder, 'fathom');
  for (const name of (await readdir(runtime)).sort()) {
    if (name.endsWith('.py')) hash.update(name).update(await readFile(join(runtime, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
