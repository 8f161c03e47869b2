import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppendFile } from '../../../src/rlm/report/appendFile';
import { temporaryFolder } from '../../host/folders';

describe('a file that only grows', () => {
  it('never replaces what another program has put at its end', async () => {
    await using folder = await temporaryFolder('append');
    const path = join(folder.path, 'report.md');
    const file = new AppendFile(path);
    await file.append(Buffer.from('one\n'));
    await appendFile(path, 'of the user\n');
    await expect(file.append(Buffer.from('two\n'))).rejects.toThrow(
      /report\.md can't be written: another program has changed it/,
    );
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('one\nof the user\n');
  });

  it('says that another program has cut it short, at the next write and at the end', async () => {
    await using folder = await temporaryFolder('append');
    const path = join(folder.path, 'report.md');
    const file = new AppendFile(path);
    await file.append(Buffer.from('one\ntwo\n'));
    await truncate(path, 3);
    await expect(file.append(Buffer.from('three\n'))).rejects.toThrow(
      /report\.md can't be written: another program has cut it short, 5 bytes are gone/,
    );
    expect(await readFile(path, 'utf8')).toBe('one');
    await expect(file.close()).rejects.toThrow('5 bytes are gone');
  });

  it('is written by one of two runs that go on with it, not by both over one another', async () => {
    await using folder = await temporaryFolder('append');
    const path = join(folder.path, 'report.md');
    await writeFile(path, 'one\n');
    const earlier = (spare: string) => ({ spare: join(folder.path, spare), ending: null });
    const [first, second] = [
      new AppendFile(path, earlier('first.md')),
      new AppendFile(path, earlier('second.md')),
    ];
    await first.append(Buffer.from('one\n'));
    await second.append(Buffer.from('one\n'));
    await first.append(Buffer.from('two of the first\n'));
    await expect(second.append(Buffer.from('TWO OF\n'))).rejects.toThrow('changed it');
    await first.append(Buffer.from('three\n'));
    await Promise.all([first.close(), second.close()]);
    expect(await readFile(path, 'utf8')).toBe('one\ntwo of the first\nthree\n');
  });
});
