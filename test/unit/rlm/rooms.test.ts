import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The rooms of `src/rlm`, from the lowest to what starts a run: each may import those before it. */
const rooms = [
  'subject',
  'budget',
  'prompts',
  'coverage',
  'citations',
  'report',
  'calls',
  'completion',
  'host',
  'loop/reply',
  'loop',
  'sessions',
  'replay',
  '',
];

const root = resolve(import.meta.dirname, '../../../src/rlm');
const roomOf = (file: string) => {
  const folder = relative(root, dirname(file)).split('\\').join(posix.sep);
  return rooms.indexOf(folder);
};

/** Imports of a file of `src/rlm` from there. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/from '(\.[^']*)'/g)]
    .map(([, path = '']) => resolve(dirname(file), `${path}.ts`))
    .filter((path) => path.startsWith(root));
}

describe('the rooms of src/rlm', () => {
  it('import one way', () => {
    const files = readdirSync(root, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(files.filter((file) => roomOf(file) < 0)).toEqual([]);
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((path) => roomOf(path) > roomOf(file))
        .map((path) => `${relative(root, file)} imports ${relative(root, path)}`),
    );
    expect(upward).toEqual([]);
    // All of them have neighbours: the search for imports finds what it is for.
    expect(files.flatMap(importsOf).length).toBeGreaterThan(files.length);
  });
});
