import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ReportProgress } from '../../../src/rlm/report/reportProgress';
import { ReportSpool } from '../../../src/rlm/report/reportSpool';
import { temporaryFolder } from '../../host/folders';

let folder: string;
let path: string;
let told: ReportProgress[];

beforeEach(async () => {
  const temporary = await temporaryFolder('gone');
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  folder = join(temporary.path, 'runs');
  path = join(folder, 'r.report.md');
  told = [];
});

function spoolHere(): ReportSpool {
  const sidePath = join(folder, 'r.report-parts');
  return new ReportSpool({ path, sidePath, onProgress: (news) => told.push(news) });
}

/** Two sections in the wrong order; between the two, what is to happen. */
async function write(between: () => Promise<void>): Promise<ReportSpool> {
  const spool = spoolHere();
  const a = await spool.openSection(spool.root, 'A', 2);
  const b = await spool.openSection(spool.root, 'B', 2);
  await spool.write(b, Buffer.from('of b\n'));
  await between();
  await spool.write(a, Buffer.from('of a\n'));
  await spool.finish();
  await spool.dispose();
  return spool;
}

const whole = '## A\n\nof a\n\n## B\n\nof b\n';

// Windows removes no folder with a file in it that is open.
describe.skipIf(process.platform === 'win32')(
  'a report whose folder goes while it is written',
  () => {
    it('is whole in its place when the folder can be made again', async () => {
      const spool = await write(() => rm(folder, { recursive: true }));
      expect(await readFile(path, 'utf8')).toBe(whole);
      expect(await readdir(folder)).toEqual(['r.report.md']);
      expect(spool).toMatchObject({ problem: null, left: null });
    });

    it('is whole in its place when the folder was moved away', async () => {
      await write(() => rename(folder, `${folder}.away`));
      expect(await readFile(path, 'utf8')).toBe(whole);
      expect(await readdir(`${folder}.away`)).toContain('r.report.md');
    });

    it('goes on among temporary files when a file is where the folder was, and says so', async () => {
      const spool = await write(async () => {
        await rm(folder, { recursive: true });
        await writeFile(folder, 'somebody’s');
      });
      const { path: now, problem } = told.at(-1) ?? spool.progress;
      onTestFinished(() => rm(dirname(now), { recursive: true }));
      expect(now).not.toBe(path);
      expect(await readFile(now, 'utf8')).toBe(whole);
      expect(await readdir(dirname(now))).toEqual(['r.report.md']);
      expect(await readFile(folder, 'utf8')).toBe('somebody’s');
      expect(problem).toBe(
        `The report could not stay where it was: ${folder} is a file where a folder should be. All of it is in ${now}, among temporary files: save it elsewhere.`,
      );
      expect(spool).toMatchObject({ problem: null, left: problem });
    });

    it('replaces no file that took its place', async () => {
      const spool = await write(async () => {
        await rm(path);
        await writeFile(path, 'somebody’s');
      });
      const now = spool.progress.path;
      onTestFinished(() => rm(dirname(now), { recursive: true }));
      expect(await readFile(path, 'utf8')).toBe('somebody’s');
      expect(await readFile(now, 'utf8')).toBe(whole);
      expect(spool.left).toContain(`${path} is another file now. All of it is in ${now}`);
    });

    it('can’t be begun where a file stands in its way', async () => {
      await mkdir(dirname(folder), { recursive: true });
      await writeFile(folder, '');
      const spool = spoolHere();
      await expect(spool.write(spool.root, Buffer.from('x'))).rejects.toThrow(
        `${path} can't be written: ${folder} is a file where a folder should be. Move it away or rename it.`,
      );
      await spool.dispose();
    });
  },
);
