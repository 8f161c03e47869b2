import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildProgram } from '../../../buildProgram.mjs';
import { projectFolder } from '../../host/folders';

/** Bytes and packages of what is loaded with a piece of `ask`, without what is loaded later. */
async function loadedWith(source: string) {
  const { metafile } = await buildProgram('ask', join(projectFolder, 'src/cli/main.ts'), {
    outdir: join(projectFolder, 'dist'),
    production: false,
  });
  const { outputs } = metafile;
  const has = (path: string) => outputs[path]?.inputs[source] !== undefined;
  const first = Object.keys(outputs).find(has) ?? '';
  const loaded = new Set<string>();
  const load = (path: string) => {
    if (loaded.has(path) || outputs[path] === undefined) return;
    loaded.add(path);
    for (const { path: next, kind } of outputs[path].imports) {
      if (kind === 'import-statement') load(next);
    }
  };
  load(first);
  const inputs = [...loaded].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  const packages = inputs.flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  const bytes = [...loaded].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  return { bytes, packages: [...new Set(packages)].sort() };
}

it('the entry of `ask` loads nothing before V8 has its cache', async () => {
  const { bytes, packages } = await loadedWith('src/cli/main.ts');
  expect(packages).toEqual([]);
  expect(bytes).toBeLessThan(8_000);
});

it('`ask --help` loads what reads options and writes to a terminal, nothing that answers questions', async () => {
  const { bytes, packages } = await loadedWith('src/cli/ask.ts');
  expect(packages).toEqual(['ansi-regex', 'commander', 'picocolors']);
  expect(bytes).toBeLessThan(150_000);
});

it('what answers a question offline loads no client for models', async () => {
  const { packages } = await loadedWith('src/cli/runAsk.ts');
  expect(packages).toContain('zod');
  for (const name of ['openai', 'undici', '@pydantic/genai-prices', 'gpt-tokenizer']) {
    expect(packages).not.toContain(name);
  }
});
