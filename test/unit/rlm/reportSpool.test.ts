import { existsSync, readFileSync, truncateSync } from 'node:fs';
import {
  appendFile,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recoverReport } from '../../../src/rlm/report/recoverReport';
import type { ReportProgress } from '../../../src/rlm/report/reportProgress';
import { ReportSpool } from '../../../src/rlm/report/reportSpool';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';

let folder: TemporaryFolder;
let path: string;
let sidePath: string;

beforeEach(async () => {
  folder = await temporaryFolder('report');
  path = join(folder.path, 'out', 'report.md');
  sidePath = join(folder.path, 'log', 'run.report-parts');
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

const spoolHere = (): ReportSpool => new ReportSpool({ path, sidePath });
const text = (): Promise<string> => readFile(path, 'utf8');

describe('a report on disk', () => {
  it('is not made before something is written', async () => {
    const spool = spoolHere();
    await spool.finish();
    await spool.dispose();
    expect(await readdir(folder.path)).toEqual([]);
    expect(spool.begun).toBe(false);
  });

  it('has what is written at once, byte by byte, for the user only', async () => {
    const spool = new ReportSpool({ path, sidePath, safe: false });
    await spool.write(spool.root, Buffer.from('Ünï\r\n\u2028 𝄞\0 '));
    await spool.write(spool.root, Buffer.from('end\n'));
    expect(await text()).toBe('Ünï\r\n\u2028 𝄞\0 end\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await spool.counts(spool.root)).toEqual({ chars: 14, sections: 0, open: 0 });
    await spool.dispose();
  });

  it('keeps the order of reserved sections, and always shows the finished beginning', async () => {
    const spool = spoolHere();
    const { root } = spool;
    await spool.write(root, Buffer.from('# Report\n'));
    const a = await spool.openSection(root, 'A', 2);
    const b = await spool.openSection(root, 'B', 2);
    await spool.write(root, Buffer.from('The end.\n'));
    await spool.write(b, Buffer.from('about b'));
    await spool.close(b);
    expect(await text()).toBe('# Report\n\n## A\n\n');
    await spool.write(a, Buffer.from('about '));
    await spool.write(a, Buffer.from('a\n'));
    expect(await text()).toBe('# Report\n\n## A\n\nabout a\n');
    await spool.close(a);
    expect(await text()).toBe('# Report\n\n## A\n\nabout a\n\n## B\n\nabout b\n\nThe end.\n');
    await spool.write(root, Buffer.from('Really.'));
    expect(spool.progress).toMatchObject({ sections: 2, openSections: 0 });
    await spool.finish();
    await spool.dispose();
    expect(existsSync(sidePath)).toBe(false);
    expect((await text()).endsWith('The end.\nReally.\n')).toBe(true);
  });

  it('tells what is reserved, written and in its place, and where its headings are', async () => {
    const told: ReportProgress[] = [];
    const spool = new ReportSpool({ path, sidePath, onProgress: (news) => told.push(news) });
    const { root } = spool;
    await spool.write(root, Buffer.from('# Ünï\n'));
    const a = await spool.openSection(root, 'A', 2);
    const b = await spool.openSection(root, 'B', 3, Buffer.from('about b'));
    await spool.close(b);
    const outline = () =>
      told
        .at(-1)
        ?.outline()
        .map(({ title, open, chars, at }) => [title, open, chars, at]);
    expect(outline()).toEqual([
      ['A', true, 0, 9],
      ['B', false, 7, null],
    ]);
    await spool.write(a, Buffer.from('é'));
    await spool.close(a);
    expect(outline()).toEqual([
      ['A', false, 1, 9],
      ['B', false, 7, 19],
    ]);
    const bytes = await readFile(path);
    expect(bytes.toString('utf8', 19)).toBe('### B\n\nabout b');
    expect(told.at(-1)).toMatchObject({ sections: 2, openSections: 0, problem: null });
    await spool.dispose();
  });

  it.runIf(existsSync('/dev/full'))(
    'tells why nothing more can be written, and what to do',
    async () => {
      const told: ReportProgress[] = [];
      await using full = await temporaryFolder('full');
      const file = join(full.path, 'full.md');
      await symlink('/dev/full', file);
      const spool = new ReportSpool({
        path: file,
        sidePath,
        onProgress: (news) => told.push(news),
      });
      await expect(spool.write(spool.root, Buffer.from('x'))).rejects.toThrow(/the disk is full/);
      expect(told.at(-1)?.problem).toMatch(/full\.md can't be written: the disk is full/);
      await spool.dispose();
    },
  );

  it('puts what a child writes where its parent stood', async () => {
    const spool = spoolHere();
    const { root } = spool;
    const [one, two] = [spool.openPart(root), spool.openPart(root)];
    const late = await spool.openSection(two, 'Two', 3);
    await spool.write(late, Buffer.from('2'));
    await spool.write(root, Buffer.from('after'));
    await spool.close(two);
    await spool.write(one, Buffer.from('1'));
    await spool.close(one);
    await spool.dispose();
    expect(await text()).toBe('1\n\n### Two\n\n2\n\nafter\n');
    expect(await spool.sections(two)).toMatchObject([{ title: 'Two', open: false, chars: 1 }]);
    expect(await spool.sections(one)).toEqual([]);
    expect(await spool.counts(two)).toEqual({ chars: 1, sections: 1, open: 0 });
    expect(await spool.counts(root)).toEqual({ chars: 7, sections: 1, open: 0 });
    expect(spool.has(late, two)).toBe(true);
    expect(spool.has(late, one)).toBe(false);
  });

  it('says of a section that nobody wrote that it is missing', async () => {
    const spool = spoolHere();
    await spool.openSection(spool.root, 'A', 2);
    const b = await spool.openSection(spool.root, 'B', 2);
    await spool.write(b, Buffer.from('b\n'));
    expect(await spool.finish()).toEqual(['A']);
    await spool.write(spool.root, Buffer.from('## Sources\n'));
    await spool.dispose();
    expect(await text()).toBe(
      '## A\n\n*This section was not written.*\n\n## B\n\nb\n\n## Sources\n',
    );
  });

  it('says so of none that was finished without a text, or is the heading of others', async () => {
    const spool = spoolHere();
    const { root } = spool;
    await spool.close(await spool.openSection(root, 'Part I', 1));
    await spool.close(await spool.openSection(root, 'One', 2, Buffer.from('1\n')));
    await spool.openSection(root, 'Part II', 1);
    const part = spool.openPart(root);
    await spool.openSection(part, 'Two', 2);
    await spool.openSection(part, 'Two and a half', 3, Buffer.from('2\n'));
    await spool.openSection(part, 'Three', 3);
    await spool.close(part);
    await spool.openSection(root, 'Part III', 1);
    expect(await spool.finish()).toEqual(['Three', 'Part III']);
    await spool.dispose();
    const missing = '*This section was not written.*\n';
    expect(await text()).toBe(
      `# Part I\n\n## One\n\n1\n\n# Part II\n\n## Two\n\n### Two and a half\n\n2\n\n### Three\n\n${missing}\n# Part III\n\n${missing}`,
    );
  });

  it('can be read while it grows, as it was at the beginning of that', async () => {
    const spool = spoolHere();
    const long = `${'once '.repeat(300_000)}\n`;
    await spool.write(spool.root, Buffer.from(long));
    for await (const part of spool.read()) {
      await spool.write(spool.root, part);
      if (spool.progress.bytes > 10 * long.length) break;
    }
    expect((await text()) === `${long}${long}`).toBe(true);
    await spool.dispose();
  });

  it('says that a fence could not be closed, also when nothing else is to be written', async () => {
    const spool = spoolHere();
    const a = await spool.openSection(spool.root, 'A', 2, Buffer.from('```\ncode\n'));
    await appendFile(path, 'of the user\n');
    await spool.close(a);
    await spool.finish();
    await spool.dispose();
    expect(spool.problem).toMatch(/^Something is missing from the report\. .*has changed it/);
  });

  it('says that somebody has cut it short, also when nothing was written since', async () => {
    const spool = spoolHere();
    await spool.write(spool.root, Buffer.from('one\ntwo\n'));
    truncateSync(path, 4);
    await spool.finish();
    await spool.dispose();
    expect(spool.problem).toMatch(/another program has cut it short, 4 bytes are gone/);
    expect(await text()).toBe('one\n');
  });

  it('refuses text for a section that is finished, or is none', async () => {
    const spool = spoolHere();
    const a = await spool.openSection(spool.root, 'A', 2);
    await spool.close(a);
    await expect(spool.write(a, Buffer.from('x'))).rejects.toThrow('"A" is finished');
    await expect(spool.write(77, Buffer.from('x'))).rejects.toThrow('no such section');
    await spool.dispose();
  });

  it('takes an empty file, and leaves one with text alone', async () => {
    await writeFile(join(folder.path, 'empty.md'), '');
    await writeFile(join(folder.path, 'full.md'), 'mine');
    const empty = new ReportSpool({ path: join(folder.path, 'empty.md'), sidePath });
    await empty.write(0, Buffer.from('x\n'));
    await empty.dispose();
    const full = new ReportSpool({ path: join(folder.path, 'full.md'), sidePath });
    await expect(full.write(0, Buffer.from('x'))).rejects.toThrow(/left as it is.*Choose another/);
    await full.dispose();
    expect(await readFile(join(folder.path, 'full.md'), 'utf8')).toBe('mine');
    expect(await readFile(join(folder.path, 'empty.md'), 'utf8')).toBe('x\n');
  });

  it('has 2,000 sections of 16 writers in order, byte by byte', async () => {
    const spool = spoolHere();
    const ids: number[] = [];
    for (let i = 0; i < 2000; i++) ids.push(await spool.openSection(spool.root, `S${i}`, 2));
    const body = (i: number): string => `${'é'.repeat(i % 97)} text of ${i}\n`;
    const shuffled = ids
      .map((id, i) => ({ id, i }))
      .sort((a, b) => ((a.i * 7919) % 2003) - ((b.i * 7919) % 2003));
    const next = shuffled.values();
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const { id, i } of next) {
          await spool.write(id, Buffer.from(body(i)));
          await spool.close(id);
        }
      }),
    );
    await spool.dispose();
    expect(await text()).toBe(ids.map((_, i) => `## S${i}\n\n${body(i)}`).join('\n'));
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full', async () => {
    const spool = new ReportSpool({ path: '/dev/full', sidePath });
    await expect(spool.write(0, Buffer.from('x'))).rejects.toThrow(/disk is full.*make room/);
    await spool.dispose();
  });

  it.runIf(existsSync('/dev/full'))(
    'keeps what can be spooled but not put in the report',
    async () => {
      const spool = new ReportSpool({ path: '/dev/full', sidePath });
      const part = spool.openPart(spool.root);
      await spool.write(spool.root, Buffer.from('later'));
      await spool.close(part);
      await spool.dispose();
      expect(spool.problem).toMatch(/disk is full.*rest of the report is in .*report-parts/);
      expect(await readFile(sidePath, 'utf8')).toContain('later');
    },
  );

  describe.runIf(existsSync('/dev/full'))('on a disk that was full at the first write', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['performance'] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    /** A disk that is full until `makeRoom`. */
    const fill = async (file: string): Promise<{ makeRoom: () => Promise<void> }> => {
      await mkdir(dirname(file), { recursive: true });
      await symlink('/dev/full', file);
      return {
        makeRoom: async () => {
          await rm(file);
          vi.advanceTimersByTime(1000);
        },
      };
    };

    it('says in the side file whose it is all the same', async () => {
      const spool = spoolHere();
      await spool.openSection(spool.root, 'A', 2);
      const { makeRoom } = await fill(sidePath);
      await expect(spool.openSection(spool.root, 'B', 2)).rejects.toThrow(/disk is full/);
      await makeRoom();
      await spool.openSection(spool.root, 'B', 2, Buffer.from('b\n'));
      // Killed here.
      expect(await recoveredFrom(await readFile(path), await readFile(sidePath))).toBe(
        '## A\n\n## B\n\nb\n',
      );
      await spool.dispose();
    });

    it('counts as not begun', async () => {
      await fill(path);
      const spool = spoolHere();
      await expect(spool.write(spool.root, Buffer.from('a'))).rejects.toThrow(/disk is full/);
      expect(spool.begun).toBe(false);
      await spool.dispose();
    });
  });

  it('goes on inside a section of which the half was copied when the disk failed', async () => {
    let cutAt = 0;
    let side = Buffer.alloc(0);
    const spool = new ReportSpool({
      path,
      sidePath,
      onProgress: ({ bytes }) => {
        if (bytes === 0 || cutAt === 0) return;
        side = readFileSync(sidePath);
        truncateSync(sidePath, cutAt);
        cutAt = 0;
      },
    });
    const first = spool.openPart(spool.root);
    const long = `${'x'.repeat(2_000_000)}\n`;
    const section = await spool.openSection(spool.root, 'Long', 2, Buffer.from(long));
    cutAt = 1_500_000;
    await spool.close(first);
    expect(spool.problem).toMatch(/shorter than what was written/);
    await writeFile(sidePath, side, { flag: 'r+' });
    await spool.close(section);
    expect(spool.progress.outline()).toMatchObject([{ id: section, at: 0 }]);
    await spool.dispose();
    expect(await text()).toBe(`## Long\n\n${long}`);
  });

  it('can be completed after a kill, wherever that was', async () => {
    const spool = spoolHere();
    const { root } = spool;
    const [a, b, c] = [
      await spool.openSection(root, 'A', 2),
      await spool.openSection(root, 'B', 2),
      await spool.openSection(root, 'C', 2),
    ];
    await spool.write(c, Buffer.from('c\n'));
    await spool.write(b, Buffer.from('b1\n'));
    await spool.write(a, Buffer.from('a\n'));
    await spool.close(a);
    await spool.write(b, Buffer.from('b2\n'));
    const [report, side] = [await readFile(path), await readFile(sidePath)];
    expect(report.toString()).toBe('## A\n\na\n\n## B\n\nb1\nb2\n');
    await spool.close(b);
    await spool.dispose();
    const whole = '## A\n\na\n\n## B\n\nb1\nb2\n\n## C\n\nc\n';
    expect(await recoveredFrom(report, side)).toBe(whole);
    // Killed while the report file took the moved text of B.
    const begun = report.indexOf('b1') + 1;
    expect(await recoveredFrom(report.subarray(0, begun), side)).toBe(
      '## A\n\na\n\n## B\n\nb1\n\n## C\n\nc\n',
    );
    // Killed while the side file was written.
    const cut = side.subarray(0, side.length - 3);
    expect(await recoveredFrom(report, cut)).toContain('## C\n\nc\n');
  });
});

async function recoveredFrom(report: Buffer, side: Buffer): Promise<string> {
  await writeFile(path, report);
  // Beside its report: nowhere else does a side file say what is written.
  const copy = join(dirname(path), 'copy.report-parts');
  await writeFile(`${copy}-0`, side);
  await copyFile(`${copy}-0`, copy);
  expect(await recoverReport(copy)).toBe(path);
  expect(existsSync(copy)).toBe(false);
  return text();
}
