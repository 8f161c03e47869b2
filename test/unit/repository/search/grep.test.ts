import { describe, expect, it } from 'vitest';
import { calm, grepLines, query, workspaceFolder } from '../workspaceFolder';

describe('grep', () => {
  it('finds lines, sorted by path and line, with the column of the first match', async () => {
    await using folder = await workspaceFolder({
      'b.ts': 'zero\nlet foo = foo;\n',
      'a.ts': 'foo\n  foo(foo)\nbar\n',
    });
    expect(await grepLines(await folder.open(), 'foo')).toEqual([
      'a.ts:1:1:foo',
      'a.ts:2:3:foo(foo)'.replace('foo(foo)', '  foo(foo)'),
      'b.ts:2:5:let foo = foo;',
    ]);
  });

  it('counts columns in characters', async () => {
    await using folder = await workspaceFolder({
      'utf8.txt': 'é😀x\n',
      'mark.txt': '\uFEFFx\n',
      'latin1.txt': Buffer.from('\xe9\xe9x\n', 'latin1'),
      'utf16.txt': Buffer.from('\uFEFFéx\n', 'utf16le'),
      'wrong.txt': Buffer.concat([Buffer.from('é日'), Buffer.from([0xff]), Buffer.from('x\n')]),
    });
    expect(await grepLines(await folder.open(), 'x')).toEqual([
      'latin1.txt:1:3:ééx',
      'mark.txt:1:1:x',
      'utf16.txt:1:2:éx',
      'utf8.txt:1:3:é😀x',
      'wrong.txt:1:4:é日\ufffdx',
    ]);
  });

  it('takes all the options of a query', async () => {
    await using folder = await workspaceFolder({
      'src/a.ts': 'Foo\nfoobar\na.b\naxb\n',
      'lib/a.ts': 'Foo\n',
      'lib/a.js': 'Foo\n',
    });
    const repository = await folder.open();
    const find = (pattern: string, special = {}) => grepLines(repository, pattern, special);
    expect(await find('foo')).toEqual(['src/a.ts:2:1:foobar']);
    expect(await find('foo', { ignoreCase: true, path: 'src' })).toHaveLength(2);
    expect(await find('foo', { ignoreCase: true, word: true, path: 'src' })).toEqual([
      'src/a.ts:1:1:Foo',
    ]);
    expect(await find('a.b', { fixed: true })).toEqual(['src/a.ts:3:1:a.b']);
    expect(await find('Foo', { glob: '*.ts' })).toEqual(['lib/a.ts:1:1:Foo', 'src/a.ts:1:1:Foo']);
    expect(await find('Foo', { glob: '*.ts', path: 'lib' })).toEqual(['lib/a.ts:1:1:Foo']);
    expect(await find('Foo', { path: 'lib/a.js' })).toEqual(['lib/a.js:1:1:Foo']);
    expect(await find('Foo', { path: '.' })).toHaveLength(3);
    expect(await find('Foo', { path: './lib/' })).toHaveLength(2);
    expect(await find('-foo')).toEqual([]);
    expect(await find('--files')).toEqual([]);
  });

  it('gives context lines with column 0', async () => {
    await using folder = await workspaceFolder({ 'a.txt': '1\n2\nx\n4\n5\nx\n7\n8\n' });
    expect(await grepLines(await folder.open(), 'x', { before: 1, after: 2 })).toEqual([
      'a.txt:2:0:2',
      'a.txt:3:1:x',
      'a.txt:4:0:4',
      'a.txt:5:0:5',
      'a.txt:6:1:x',
      'a.txt:7:0:7',
      'a.txt:8:0:8',
    ]);
  });

  it('matches at line ends whatever they are', async () => {
    await using folder = await workspaceFolder({ 'dos.txt': 'end\r\nend.\r\n', 'unix.txt': 'end' });
    const repository = await folder.open();
    expect(await grepLines(repository, 'end$')).toEqual(['dos.txt:1:1:end', 'unix.txt:1:1:end']);
    expect(await grepLines(repository, 'end\\r?\\nend', { multiline: true })).toEqual([
      'dos.txt:1:1:end\nend.',
    ]);
  });

  it('stops after maxCount matches and says so, but only when there is more', async () => {
    await using folder = await workspaceFolder({
      'a.txt': 'x\n'.repeat(50),
      'b.txt': 'x\n'.repeat(50),
    });
    const repository = await folder.open();
    const some = await repository.grep(query('x', { maxCount: 30 }), calm);
    expect(some.matches).toHaveLength(30);
    expect(some.truncated).toBe(true);
    expect(some.total).toBeGreaterThan(30);
    const all = await repository.grep(query('x', { maxCount: 100 }), calm);
    expect(all).toMatchObject({ total: 100, truncated: false });
    const withContext = await repository.grep(query('x', { maxCount: 1, after: 2 }), calm);
    expect(withContext.matches.filter(({ column }) => column > 0)).toHaveLength(1);
  });

  it('cuts long lines around the match', async () => {
    const long = `${'a'.repeat(3_000_000)}needle${'b'.repeat(3_000_000)}\n`;
    await using folder = await workspaceFolder({ 'min.js': long, 'start.js': `needle${long}` });
    const { matches } = await (await folder.open()).grep(query('needle|a'), calm);
    expect(matches.map(({ path, column }) => [path, column])).toEqual([
      ['min.js', 1],
      ['start.js', 1],
    ]);
    const [only] = (await (await folder.open()).grep(query('needle', { path: 'min.js' }), calm))
      .matches;
    expect(only?.column).toBe(3_000_001);
    expect(only?.text.length).toBeLessThan(600);
    expect(only?.text).toMatch(/^…a+needleb+…$/);
  });

  it('leaves binary files alone', async () => {
    await using folder = await workspaceFolder({
      'a.bin': 'needle\n\0needle\n',
      'late.bin': Buffer.concat([Buffer.from('needle\n'.repeat(20_000)), Buffer.from([0])]),
      'text.txt': 'needle\n',
    });
    const found = await grepLines(await folder.open(), 'needle', { maxCount: 1_000_000 });
    expect(found.filter((line) => line.startsWith('a.bin'))).toEqual([]);
    expect(found).toContain('text.txt:1:1:needle');
  });

  it('takes look-around and backreferences', async () => {
    await using folder = await workspaceFolder({ 'a.txt': 'foobar\nbazbar\nabab\n' });
    const repository = await folder.open();
    expect(await grepLines(repository, '(?<!foo)bar')).toEqual(['a.txt:2:4:bazbar']);
    expect(await grepLines(repository, '(ab)\\1')).toEqual(['a.txt:3:1:abab']);
    expect((await repository.count(query('(?<=foo)bar'), calm)).get('a.txt')).toBe(1);
  });

  it.each([
    ['foo(', /unclosed group.*fixed=True/s],
    ['(?<=foo(', /missing closing parenthesis.*fixed=True/s],
    ['a\\nb', /not allowed in a regex.*multiline=True/s],
    ['a\0b', /NUL/],
  ])('explains the bad pattern %j', async (pattern, message) => {
    await using folder = await workspaceFolder({ 'a.txt': 'x' });
    const repository = await folder.open();
    const refusal = { kind: 'bad-pattern', message: expect.stringMatching(message) };
    await expect(repository.grep(query(pattern), calm)).rejects.toMatchObject(refusal);
    await expect(repository.count(query(pattern), calm)).rejects.toMatchObject(refusal);
  });

  it('refuses a pattern that is too long for a command line', async () => {
    await using folder = await workspaceFolder({ 'a.txt': 'x' });
    const repository = await folder.open();
    await expect(repository.grep(query('é'.repeat(100_000)), calm)).rejects.toMatchObject({
      kind: 'bad-argument',
    });
  });

  it('says what it means when the path is unknown', async () => {
    await using folder = await workspaceFolder({ 'src/a.txt': 'x' });
    const repository = await folder.open();
    await expect(repository.grep(query('x', { path: 'scr' }), calm)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });
});

describe('count', () => {
  it('counts matching lines per file, sorted', async () => {
    await using folder = await workspaceFolder({
      'b.ts': 'x x\nx\n',
      'a.ts': 'x\n',
      'c.md': 'x\n',
      'sub/d.ts': 'X\n',
    });
    const repository = await folder.open();
    const counts = async (special = {}) => [...(await repository.count(query('x', special), calm))];
    expect(await counts()).toEqual([
      ['a.ts', 1],
      ['b.ts', 2],
      ['c.md', 1],
    ]);
    expect(await counts({ glob: '*.ts', ignoreCase: true })).toEqual([
      ['a.ts', 1],
      ['b.ts', 2],
      ['sub/d.ts', 1],
    ]);
    expect(await counts({ path: 'sub', ignoreCase: true })).toEqual([['sub/d.ts', 1]]);
  });
});
