import { describe, expect, it } from 'vitest';
import { searchTerms } from '../../../../src/repository/search/searchTerms';
import { calm, workspaceFolder } from '../workspaceFolder';

const stems = (text: string) => searchTerms(text).map(({ stem }) => stem);

describe('searchTerms', () => {
  it('leaves out the little words, unless there are no others', () => {
    expect(stems('Where are the cells, and what limits them?')).toEqual(['cell', 'limit']);
    expect(stems('what is this')).toEqual(['what', 'is', 'this']);
    expect(stems('?!')).toEqual([]);
  });

  it('splits identifiers and keeps them whole', () => {
    expect(stems('runCell')).toEqual(['runcell', 'run', 'cell']);
    expect(stems('MAX_CELL_TIME')).toEqual(['max_cell_time', 'max', 'cell', 'time']);
    expect(stems('parseHTTPHeader')).toEqual(['parsehttphead', 'pars', 'http', 'head']);
  });

  it('brings inflections together', () => {
    expect(stems('executed executes executing executor execute execution')).toEqual(['execut']);
    expect(stems('queries query')).toEqual(['quer']);
    expect(stems('processes processing process')).toEqual(['process']);
    expect(stems('running run')).toEqual(['run']);
    expect(stems('class process status')).toEqual(['class', 'process', 'status']);
  });
});

describe('search', () => {
  it('ranks the file that is about the words first', async () => {
    await using folder = await workspaceFolder({
      'src/kernel.ts': 'export function executeCell() {}\n// A cell is executed here.\n'.repeat(3),
      'src/other.ts': `cell\n${'something else entirely\n'.repeat(100)}`,
      'src/cancel.ts': 'cancelled excellent miscellaneous\n',
      'README.md': 'Nothing.\n',
    });
    const ranked = await (await folder.open()).search('Where are cells executed?', 10, calm);
    expect(ranked.map(({ path }) => path)).toEqual(['src/kernel.ts', 'src/other.ts']);
    expect(ranked[0]?.hits).toEqual({ cells: 6, executed: 6 });
    expect(ranked[0]?.score).toBeGreaterThan(ranked[1]?.score ?? 0);
  });

  it('finds words in any case and in parts of identifiers', async () => {
    await using folder = await workspaceFolder({
      'a.txt': 'runCell',
      'b.txt': 'RUN_CELL',
      'c.txt': 'Cell',
      'd.txt': '_cell',
      'e.txt': 'excell',
      'f.txt': 'NotebookCells',
    });
    const repository = await folder.open();
    const paths = async (words: string) =>
      (await repository.search(words, 10, calm)).map(({ path }) => path).sort();
    expect(await paths('cell')).toEqual(['a.txt', 'b.txt', 'c.txt', 'd.txt', 'f.txt']);
    expect(await paths('CELLS')).toEqual(['a.txt', 'b.txt', 'c.txt', 'd.txt', 'f.txt']);
    const [best] = await repository.search('runCell', 10, calm);
    expect(best?.path).toBe('a.txt');
    expect(best?.hits).toEqual({ runcell: 1, run: 1, cell: 1 });
  });

  it('lifts files that are named after the words, matching text or not', async () => {
    await using folder = await workspaceFolder({
      'src/scheduler.ts': 'export const x = 1;\n',
      'src/uses.ts': 'import { x } from "./scheduler";\n',
      'src/no.ts': 'nothing\n',
    });
    const ranked = await (await folder.open()).search('scheduler', 10, calm);
    expect(ranked.map(({ path }) => path)).toEqual(['src/scheduler.ts', 'src/uses.ts']);
  });

  it('prefers rare words and short files, and returns at most k', async () => {
    const common = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`common${i}.txt`, 'request\n']),
    );
    await using folder = await workspaceFolder({
      ...common,
      'rare.txt': 'quaternion\n',
      'long.txt': `quaternion\n${'filler words here\n'.repeat(500)}`,
    });
    const ranked = await (await folder.open()).search('request quaternion', 2, calm);
    expect(ranked.map(({ path }) => path)).toEqual(['rare.txt', 'long.txt']);
  });

  it('looks for words of other scripts', async () => {
    await using folder = await workspaceFolder({
      'a.md': 'Где ячейки?\n',
      'b.md': '单元格在哪里\n',
    });
    const repository = await folder.open();
    expect((await repository.search('ЯЧЕЙКИ', 5, calm)).map(({ path }) => path)).toEqual(['a.md']);
    expect((await repository.search('单元格', 5, calm)).map(({ path }) => path)).toEqual(['b.md']);
  });

  it('is the same each time', async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}.txt`, 'same\n']));
    await using folder = await workspaceFolder(files);
    const repository = await folder.open();
    const first = await repository.search('same', 10, calm);
    expect(await repository.search('same', 10, calm)).toEqual(first);
    expect(first).toHaveLength(10);
  });
});
