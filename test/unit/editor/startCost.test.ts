import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { projectFolder } from '../../host/folders';

/** What the engine needs and the start of a window should not pay for. */
const heavy = ['zod', 'openai', 'undici', 'execa', 'gpt-tokenizer', '@pydantic/genai-prices'];

it('what is loaded when a window starts has none of the engine and its packages', async () => {
  const { metafile } = await build({
    absWorkingDir: projectFolder,
    entryPoints: ['src/extension.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    metafile: true,
    external: ['vscode', './engineProcess.js', './viewSession.js'],
    outfile: join(projectFolder, 'dist', 'extension.js'),
  });
  const names = Object.keys(metafile.inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  expect(names.filter((name) => heavy.includes(name))).toEqual([]);
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  expect(bytes).toBeLessThan(400_000);
});
