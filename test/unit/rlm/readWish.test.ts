import { chmod } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPastRun, withOwnReport } from '../../../src/rlm/replay/pastRun';
import { readWish } from '../../../src/trajectory/runHead';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { scriptedRun } from '../../host/scriptedRun';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('wish');
});
afterEach(() => folder[Symbol.asyncDispose]());

const done = () => ({ text: '```python\nFINAL("done")\n```' });

it('what a report is to be and where it goes is in the log of its run, and of each that resumes it', async () => {
  const logFolder = folder.path;
  const target = { file: 'file:///projects/one/report.md' };
  const report = { template: null, revisions: null, language: 'Deutsch', target };
  const first = await scriptedRun(done, { logFolder, report });
  const log = first.result.trajectory ?? '';
  expect(await readWish(log)).toEqual(report);
  // Whoever resumes it need not know.
  const past = await readPastRun(log);
  const second = await scriptedRun(done, { logFolder, continues: { how: 'resume', past } });
  expect(await readWish(second.result.trajectory ?? '')).toEqual(report);
});

it.runIf(process.platform !== 'win32')(
  'a log that others can write does not say where a report goes',
  async () => {
    const report = { template: null, revisions: null, language: '' };
    const target = { file: 'file:///home/someone/.profile' };
    const { result } = await scriptedRun(done, {
      logFolder: folder.path,
      report: { ...report, target },
    });
    const log = result.trajectory ?? '';
    const goneOnWith = async () =>
      withOwnReport(await readPastRun(log), log, folder.path, null).past.report?.wish;
    // As long as only the user can write it, it does (control).
    expect([await readWish(log), await goneOnWith()]).toEqual([
      { ...report, target },
      { ...report, target },
    ]);
    await chmod(log, 0o666);
    expect([await readWish(log), await goneOnWith()]).toEqual([report, report]);
  },
);

it('a run that no report was wanted of has none', async () => {
  const { result } = await scriptedRun(done, { logFolder: folder.path });
  expect(await readWish(result.trajectory ?? '')).toBeNull();
});
