import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { expect, it } from 'vitest';
import { ask } from '../../../src/cli/ask';
import { localServerNotice } from '../../../src/cli/localServerNotice';
import { projectFolder, temporaryFolder } from '../../host/folders';
import { startModelServer } from '../../host/modelServer';
import { MemoryOutput } from './memoryOutput';
import { testIo } from './testIo';

it.each([
  [['a'], 'A server with a answers at URL. To ask it: --base-url URL --model a'],
  [
    ['a/b:7b', 'c', 'd', 'e'],
    'A server with a/b:7b, c, d and 1 more answers at URL. To ask it: --base-url URL --model a/b:7b',
  ],
  [["it's"], "A server with it's answers at URL. To ask it: --base-url URL --model 'it'\\''s'"],
])('a server with %j is told of', (models, notice) => {
  expect(localServerNotice({ baseUrl: 'URL', models })).toBe(notice);
});

it('who has configured no model is told of a server on this machine, which is not asked', async () => {
  await using folder = await temporaryFolder('local-servers');
  const repository = join(folder.path, 'repository');
  await mkdir(repository);
  await writeFile(join(repository, 'tide.ts'), 'export const tide = 5;\n');
  const server = await startModelServer(() => 'Never.', { models: ['qwen3-coder'] });
  try {
    const stderr = new MemoryOutput();
    const assets = {
      prompts: join(projectFolder, 'prompts'),
      python: join(projectFolder, 'src/repl/python'),
      ripgrep: rgPath,
      documents: '',
    };
    const places = [{ port: Number(new URL(server.url).port), path: '/v1' }];
    const run = (argv: readonly string[]) =>
      ask(['--log', join(folder.path, 'log'), '--folder', repository, ...argv], {
        ...testIo({ cwd: repository, home: folder.path, stderr, assets }),
        localPlaces: places,
      });
    expect(await run(['Where is the tide?'])).toBe(0);
    expect(stderr.text).toContain(
      `A server with qwen3-coder answers at ${server.url}. To ask it: --base-url ${server.url} --model qwen3-coder`,
    );
    expect(server.paths).toEqual(['GET /v1/models']);
    // Who asks for the offline model has chosen.
    expect(await run(['--offline', 'Where is the tide?'])).toBe(0);
    expect(server.paths).toHaveLength(1);
  } finally {
    await server.close();
  }
});
