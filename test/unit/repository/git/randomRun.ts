import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { openRepository } from '../../../../src/repository/openRepository';
import { randomRepository } from './randomSettings';

/** Gives a repository the settings and attributes of a seed. */
export async function writeSettings(
  top: string,
  outside: string,
  trap: string,
  seed: number,
): Promise<void> {
  const { config, included, attributes } = randomRepository(seed, trap, outside);
  const files = {
    '.git/config': config,
    '.git/config.worktree': included,
    '.git/included': included,
    included,
    '.gitattributes': attributes,
    '.git/info/attributes': attributes,
  };
  await mkdir(join(top, '.git/info'), { recursive: true });
  for (const [name, text] of Object.entries(files))
    await writeFile(join(top, name), text, 'latin1');
}

/**
 * Asks Git about a repository whose settings are made at random, once for each seed.
 * @returns how many answers there were; a refusal is an error.
 */
export async function askWithRandomSettings(
  top: string,
  outside: string,
  trap: string,
  seeds: readonly number[],
): Promise<number> {
  const { signal } = new AbortController();
  let answers = 0;
  for (const seed of seeds) {
    await writeSettings(top, outside, trap, seed);
    const repository = await openRepository([top], { ripgrep: rgPath });
    const changes = await repository.gitDiff('HEAD', null, null, signal);
    const commits = await repository.gitLog('a.txt', 5, signal);
    const blamed = await repository.gitBlame('a.txt', 1, 2, signal);
    const shown = await repository.gitShow('HEAD', null, signal);
    const said = [changes, commits.map(({ subject }) => subject).join(), blamed, shown];
    const expected = ['+two', 'first', 'Not Committed Yet', '+one'];
    for (const [index, part] of expected.entries()) {
      if (!said[index]?.includes(part)) throw new Error(`Seed ${seed}: ${said[index]}`);
    }
    answers += said.length;
  }
  return answers;
}

// As a program of its own, so that it can be traced: top, outside, trap, first seed, number of seeds.
const [, program, top = '', outside = '', trap = '', first = '0', count = '0'] = process.argv;
if (program?.endsWith('randomRun.ts')) {
  const seeds = Array.from({ length: Number(count) }, (_, index) => Number(first) + index);
  console.log(await askWithRandomSettings(top, outside, trap, seeds));
}
