import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ReportFacts,
  UnfinishedMark,
} from '../../../../../src/editor/report/unfinished/unfinishedMark';
import type { UnfinishedReport } from '../../../../../src/editor/report/unfinished/unfinishedRecord';
import {
  claim,
  findUnfinished,
  forget,
} from '../../../../../src/editor/report/unfinished/unfinishedReports';
import { type TemporaryFolder, temporaryFolder } from '../../../../host/folders';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('unfinished');
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

const fail = (error: unknown) => {
  throw error;
};

const facts = (run: string, sections = 30, openSections = 18): ReportFacts => ({
  run,
  question: 'Describe every module',
  folders: ['/projects/one'],
  path: join(folder.path, `${run}.report.md`),
  sections,
  openSections,
});

/** The id of a process that has ended for certain. */
async function endedProcess(): Promise<number | undefined> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid;
}

/** What a window leaves that was killed while it wrote a report. */
async function killed(
  run: string,
  change: Partial<Record<keyof UnfinishedReport, unknown>> = {},
): Promise<string> {
  const record = { ...facts(run), pid: await endedProcess(), host: hostname(), ...change };
  const path = join(folder.path, `${run}.unfinished.json`);
  await writeFile(path, JSON.stringify(record));
  return path;
}

const found = async (...open: readonly string[]) =>
  (await findUnfinished(folder.path, open)).map(({ run }) => run);

describe('an unfinished report', () => {
  it('is known as long as it is written, and offered to nobody meanwhile', async () => {
    const mark = new UnfinishedMark(folder.path, null, fail);
    mark.update(facts('run-1', 30, 30));
    mark.update(facts('run-1', 30, 18));
    const path = join(folder.path, 'run-1.unfinished.json');
    await expect
      .poll(async () => JSON.parse(await readFile(path, 'utf8').catch(() => '{}')))
      .toMatchObject({ sections: 30, openSections: 18, pid: process.pid });
    expect(await found('/projects/one')).toEqual([]);
    await mark.end(false);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('stays for the next window when this one is being closed', async () => {
    const mark = new UnfinishedMark(folder.path, null, fail);
    mark.update(facts('run-1'));
    await mark.end(true);
    expect(await found('/projects/one')).toEqual(['run-1']);
  });

  it('of a killed window is offered for its folders only, the newest first', async () => {
    await killed('run-1');
    await killed('run-2');
    await killed('run-3', { folders: ['/projects/one', '/projects/two'] });
    expect(await found('/projects/one')).toEqual(['run-2', 'run-1']);
    expect(await found('/projects/two', '/projects/one')).toEqual(['run-3']);
    expect(await found('/projects/two')).toEqual([]);
  });

  it('of a process that has the same id by now is known by its silence', async () => {
    const path = await killed('run-1', { pid: process.pid });
    expect(await found('/projects/one')).toEqual([]);
    const longAgo = new Date(Date.now() - 120_000);
    await utimes(path, longAgo, longAgo);
    expect(await found('/projects/one')).toEqual(['run-1']);
  });

  it('of another machine is alive as long as it is heard of', async () => {
    const path = await killed('run-1', { host: 'elsewhere' });
    expect(await found('/projects/one')).toEqual([]);
    const longAgo = new Date(Date.now() - 120_000);
    await utimes(path, longAgo, longAgo);
    expect(await found('/projects/one')).toEqual(['run-1']);
  });

  it('is taken by one window only, and can be given back or forgotten', async () => {
    await killed('run-1');
    const [report] = await findUnfinished(folder.path, ['/projects/one']);
    if (!report) throw new Error('It was not found.');
    await writeFile(report.path, 'text');
    {
      await using taken = await claim(folder.path, report);
      expect(taken).not.toBeNull();
      expect(await claim(folder.path, report)).toBeNull();
      expect(await found('/projects/one')).toEqual([]);
    }
    expect(await found('/projects/one')).toEqual(['run-1']);
    {
      await using taken = await claim(folder.path, report);
      expect(taken).not.toBeNull();
      await forget(folder.path, report, true);
    }
    expect(await readdir(folder.path)).toEqual([]);
    expect(await claim(folder.path, report)).toBeNull();
  });

  it('that was taken is free again once the window is gone that took it', async () => {
    const [pid, host] = [await endedProcess(), hostname()];
    const free = ['claimed', `${host}.${pid}.claimed`];
    for (const [index, end] of free.entries()) {
      const path = await killed(`run-${index}`);
      await rename(path, `${path}.${end}`);
    }
    await rename(
      await killed('run-2'),
      join(folder.path, `run-2.unfinished.json.other.${pid}.claimed`),
    );
    expect(await found('/projects/one')).toEqual(['run-1', 'run-0']);
    for (const report of await findUnfinished(folder.path, ['/projects/one'])) {
      await using taken = await claim(folder.path, report);
      expect(taken).not.toBeNull();
      await forget(folder.path, report, true);
    }
    const longAgo = new Date(Date.now() - 120_000);
    const [rest = ''] = await readdir(folder.path);
    await utimes(join(folder.path, rest), longAgo, longAgo);
    expect(await found('/projects/one')).toEqual(['run-2']);
  });

  it('is known by the run that resumes it, as soon as that writes', async () => {
    await killed('run-1');
    const [report] = await findUnfinished(folder.path, ['/projects/one']);
    if (!report) throw new Error('It was not found.');
    await using _taken = await claim(folder.path, report);
    const mark = new UnfinishedMark(folder.path, 'run-1', fail);
    mark.update({ ...facts('run-2'), path: report.path });
    await expect.poll(() => readdir(folder.path)).toEqual(['run-2.unfinished.json']);
    await mark.end(true);
    expect(await found('/projects/one')).toEqual(['run-2']);
    const third = new UnfinishedMark(folder.path, 'run-2', fail);
    third.update({ ...facts('run-3'), path: report.path });
    await third.end(false);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('is offered once when its window was killed as it was resumed', async () => {
    await killed('run-1');
    await killed('run-2', { before: ['run-1'] });
    const [report, ...more] = await findUnfinished(folder.path, ['/projects/one']);
    if (!report) throw new Error('It was not found.');
    expect([report.run, more]).toEqual(['run-2', []]);
    await writeFile(join(folder.path, 'run-1.report-parts'), 'text');
    await forget(folder.path, report, true);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('of an earlier version is offered, too', async () => {
    await killed('run-1', { before: undefined });
    expect(await found('/projects/one')).toEqual(['run-1']);
  });

  it.each([{ run: '../run-1' }, { before: ['../run-0'] }])(
    'never leads out of its folder: %j',
    async (change) => {
      await killed('run-1', change);
      expect(await found('/projects/one')).toEqual([]);
    },
  );

  it.each([
    ['no JSON', '{'],
    ['another thing', '[]'],
    ['a part of it', '{"run": "odd", "folders": ["/projects/one"]}'],
  ])('is not made of %s', async (_, text) => {
    await writeFile(join(folder.path, 'odd.unfinished.json'), text);
    expect(await found('/projects/one')).toEqual([]);
  });
});
