// Builds the bundles into dist/ and puts the files they need beside them.
import { chmod, copyFile, cp, mkdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { build } from 'esbuild';

const production = process.argv.includes('--production');

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  outdir: 'dist',
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
};

const bundles = [
  // The extension itself is small; the engine is loaded when a question is asked.
  {
    ...common,
    entryPoints: { extension: 'src/extension.ts' },
    external: ['vscode', './engine.js'],
  },
  { ...common, entryPoints: { engine: 'src/editor/engine.ts' }, external: ['vscode'] },
  // No vscode anywhere in it: an import of it breaks this build.
  { ...common, entryPoints: { ask: 'src/cli/main.ts' } },
];

async function copyChanged(from, to) {
  const [source, target] = await Promise.all([stat(from), stat(to).catch(() => null)]);
  if (target && target.size === source.size && target.mtimeMs >= source.mtimeMs) return;
  await copyFile(from, to);
  await chmod(to, 0o755);
}

await mkdir('dist/bin', { recursive: true });
await Promise.all([
  ...bundles.map((options) => build(options)),
  copyChanged(rgPath, `dist/bin/${basename(rgPath)}`),
  cp('src/repl/python', 'dist/python', {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  }),
]);
