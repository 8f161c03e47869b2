// Builds the bundles into dist/ and puts the files they need beside them. A file that has not changed is left
// alone and one that has is replaced at once, so that a Fathom that runs from there is not disturbed.
import { randomUUID } from 'node:crypto';
import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { build } from 'esbuild';
import { buildProgram, common } from './buildProgram.mts';
import { installWasmKernel } from './src/repl/wasm/buildKernel.mts';

const production = process.argv.includes('--production');

/** @type {import('esbuild').BuildOptions} */
const inOnePiece = {
  ...common,
  format: 'cjs',
  outdir: 'dist',
  minify: production,
  sourcemap: production ? false : 'linked',
};

const bundles = [
  // The extension itself is small; what talks to the engine is loaded when a question is asked.
  {
    ...inOnePiece,
    entryPoints: { extension: 'src/extension.ts' },
    external: ['vscode', './engineProcess.js', './viewSession.js'],
  },
  {
    ...inOnePiece,
    entryPoints: { engineProcess: 'src/editor/engineClient/engineProcess.ts' },
    external: ['vscode'],
  },
  // Readers of PDF and Word files, run in a process of their own when there is a document to read.
  {
    ...inOnePiece,
    entryPoints: { documents: 'src/repository/documents/documentWorker.ts' },
    // Only for drawing, which is not done here.
    external: ['@napi-rs/canvas'],
  },
  // What the recursion view needs of the host, loaded when the view is opened.
  {
    ...inOnePiece,
    entryPoints: { viewSession: 'src/editor/recursion/viewSession.ts' },
    external: ['vscode'],
  },
  {
    ...inOnePiece,
    entryPoints: { webview: 'src/webview/main.tsx' },
    platform: 'browser',
    target: 'chrome140',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
];

/**
 * The programs, in pieces that are loaded when they are needed, each program's in a folder of its own. No
 * vscode anywhere in them: an import of it breaks this build.
 */
const programs = { engine: 'src/engine/main.ts', ask: 'src/cli/main.ts' };

async function isCurrent(from, to) {
  const [source, target] = await Promise.all([stat(from), stat(to).catch(() => null)]);
  return target !== null && target.size === source.size && target.mtimeMs >= source.mtimeMs;
}

async function replaceFile(path, make) {
  const unfinished = `${path}.${randomUUID()}`;
  await make(unfinished);
  await rename(unfinished, path);
}

async function copyProgram(from, to) {
  if (await isCurrent(from, to)) return;
  await replaceFile(to, async (unfinished) => {
    await copyFile(from, unfinished);
    await chmod(unfinished, 0o755);
  });
}

/** The Python runtime, without what it no longer has. */
async function copyRuntime(from, to) {
  const names = async (folder) =>
    (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) =>
      name.endsWith('.py'),
    );
  const [wanted, there] = await Promise.all([names(from), names(to)]);
  for (const name of wanted) {
    const target = join(to, name);
    if (await isCurrent(join(from, name), target)) continue;
    await mkdir(dirname(target), { recursive: true });
    await replaceFile(target, (unfinished) => copyFile(join(from, name), unfinished));
  }
  for (const name of there) if (!wanted.includes(name)) await rm(join(to, name));
}

async function bundle(options) {
  const result = await build(options);
  for (const { path, contents } of result.outputFiles) await writeIfNew(path, contents);
  return result;
}

async function writeIfNew(path, contents) {
  const current = await readFile(path).catch(() => null);
  if (current?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, (unfinished) => writeFile(unfinished, contents));
}

async function bundleProgram(name, entry) {
  const { files, metafile } = await buildProgram(name, entry, { outdir: 'dist', production });
  for (const { path, contents } of files) await writeIfNew(path, contents);
  await removeOld(
    join('dist', name),
    files.map(({ path }) => basename(path)),
  );
  return { metafile };
}

/** Pieces of earlier builds go after a day: a program that was started before this build may still load them. */
async function removeOld(folder, current) {
  for (const name of await readdir(folder).catch(() => [])) {
    if (current.includes(name)) continue;
    const { mtimeMs } = await stat(join(folder, name));
    if (Date.now() - mtimeMs > 86_400_000) await rm(join(folder, name));
  }
}

/** The licences of everything that is in the bundles, as they ask for. */
async function writeNotices(results) {
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = inputs.flatMap((path) => {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
    return folder ? [folder[1]] : [];
  });
  packages.push(dirname(dirname(rgPath)));
  const notices = [...new Set(packages)].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json')));
    const names = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
    const texts = await Promise.all(names.map((file) => readFile(join(folder, file), 'utf8')));
    return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n');
  });
  // What a package has built into itself without its licence: unpdf's pdf.js.
  const apache = await readFile('node_modules/typescript/LICENSE', 'utf8');
  notices.push(`pdf.js, in unpdf (Apache-2.0)\n\nCopyright Mozilla Foundation\n\n${apache.trim()}`);
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  await writeFile('dist/ThirdPartyNotices.txt', `${(await Promise.all(notices)).join(rule)}\n`);
}

// What is shipped holds nothing that an earlier build left.
if (production) await rm('dist', { recursive: true, force: true });
await mkdir('dist/bin', { recursive: true });
const [results] = await Promise.all([
  // esbuild has said what is wrong.
  Promise.all([
    ...bundles.map(bundle),
    ...Object.entries(programs).map(([name, entry]) => bundleProgram(name, entry)),
  ]).catch((error) => {
    if (!error.errors) console.error(error);
    process.exit(1);
  }),
  copyProgram(rgPath, `dist/bin/${basename(rgPath)}`),
  copyRuntime('src/repl/python', 'dist/python'),
  installWasmKernel('dist/pyodide', { minify: production }),
]);
if (production) await writeNotices(results);
