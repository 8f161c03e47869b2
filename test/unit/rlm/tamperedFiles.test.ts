import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ViewStateFile } from '../../../src/editor/recursion/viewStateFile';
import {
  readRecords,
  type UnfinishedReport,
} from '../../../src/editor/report/unfinished/unfinishedRecord';
import { forget } from '../../../src/editor/report/unfinished/unfinishedReports';
import type { LanguageModel } from '../../../src/models/languageModel';
import { ReplyStore } from '../../../src/rlm/calls/replyStore';
import { readPastRun, withOwnReport } from '../../../src/rlm/replay/pastRun';
import { recoverReport } from '../../../src/rlm/report/recoverReport';
import { sideLine } from '../../../src/rlm/report/sideRecords';
import { LogFile } from '../../../src/trajectory/logFile';
import { askedBelow, readRecording, usageBelow } from '../../../src/trajectory/recording';
import { RunCosts } from '../../../src/trajectory/runCosts';
import { readWish } from '../../../src/trajectory/runHead';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { scriptedRun } from '../../host/scriptedRun';

let folder: TemporaryFolder;
let log: string;
beforeEach(async () => {
  folder = await temporaryFolder('tampered');
  log = join(folder.path, 'log');
  await mkdir(log);
});
afterEach(() => folder[Symbol.asyncDispose]());

const isRoot = process.getuid?.() === 0;
const pipes = process.platform !== 'win32';
const stamp = { run: 'r1', node: 'n0', time: 1 };
const start = {
  type: 'run-started',
  ...stamp,
  question: 'q',
  model: 'm',
  subModel: 'm',
  subject: 's',
};
const node = (id: string, parent: string, kind = 'batch') => ({
  type: 'node-started',
  ...stamp,
  node: id,
  parent,
  kind,
  summary: '',
});
const record = (fields: object) => ({ type: 'record', ...stamp, record: fields });

async function logOf(name: string, entries: readonly (object | string)[]): Promise<string> {
  const path = join(log, `${name}.jsonl`);
  const lines = entries.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 });
  return path;
}

describe('a log that was tampered with', () => {
  it('is a tree, whatever its nodes say', async () => {
    const path = await logOf('r1', [
      start,
      node('a', 'a'),
      node('b', 'n0'),
      node('c', 'b'),
      // A circle, and a second place.
      node('b', 'c'),
      node('n0', 'c'),
      node('c', 'n0'),
      { ...start, node: 'other' },
    ]);
    const { root } = await readRecording(path);
    expect(root.id).toBe('n0');
    expect(root.children.map(({ id, children }) => [id, children.map((one) => one.id)])).toEqual([
      ['b', ['c']],
    ]);
    expect(askedBelow(root)).toEqual([]);
  });

  it('is no deeper than what walks it', async () => {
    const chain = Array.from({ length: 50_000 }, (_, n) => node(`n${n + 1}`, `n${n}`));
    const { root } = await readRecording(await logOf('r1', [start, ...chain]));
    expect(usageBelow(root).inputTokens).toBe(0);
    expect(askedBelow(root)).toEqual([]);
  });

  it('has no value that can not be written anew', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const host = JSON.stringify(record({ kind: 'host', key: 'k', value: 0 }));
    const path = await logOf('r1', [
      start,
      host,
      host.replace('"value":0', `"value":${deep}`),
      host.replace('"value":0', '"value":{"__proto__":{"polluted":1}}'),
    ]);
    const { root } = await readRecording(path);
    expect(root.records).toHaveLength(2);
    expect(() => JSON.stringify(root.records)).not.toThrow();
    expect('polluted' in {}).toBe(false);
  });

  it.each(['../../evil', 'a/b', '..', '', 'C:\\x', 'a\0b', 'x'.repeat(200)])(
    'has no run %j that files are named after',
    async (run) => {
      const path = await logOf('r1', [{ ...start, run }]);
      await expect(readPastRun(path)).rejects.toThrow('is not the log of a run');
    },
  );

  it.each([
    ['revisions that are none', { revisions: { from: {} } }],
    ['a target that is none', { target: { file: { path: 'x' } } }],
  ])('says nothing of a report with %s', async (_, wrong) => {
    const wish = { template: null, language: '', revisions: null };
    const report = (said: object) =>
      record({ kind: 'report', path: 'p', named: false, wish: said });
    expect(await readWish(await logOf('r1', [start, report(wish)]))).toEqual(wish);
    expect(await readWish(await logOf('r1', [start, report({ ...wish, ...wrong })]))).toBeNull();
  });

  it('goes on from no run that is a path', async () => {
    const elsewhere = join(folder.path, 'elsewhere.jsonl');
    await rename(await logOf('elsewhere', [{ ...start, run: 'e1' }]), elsewhere);
    const wentOn = (run: string) => record({ kind: 'after', run, how: 'resume' });
    await expect(readPastRun(await logOf('r1', [start, wentOn('../elsewhere')]))).rejects.toThrow(
      'continues something that is not a run',
    );
    // The same log beside it (control).
    await rename(elsewhere, join(log, 'elsewhere.jsonl'));
    const past = await readPastRun(await logOf('r1', [start, wentOn('elsewhere')]));
    expect(past.runs).toEqual(['r1', 'e1']);
  });

  it.runIf(pipes)('may be a pipe, which nobody waits for', async () => {
    const path = join(log, 'r1.jsonl');
    execFileSync('mkfifo', [path]);
    await expect(readPastRun(path)).rejects.toThrow("can't be read");
    await expect(new LogFile(path).outline(() => undefined)).rejects.toThrow(
      'is not a regular file',
    );
  });
});

describe('the report that a log names', () => {
  const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
  const turns = [cell('report.write("Text of the run\\n")'), cell('FINAL("done")')];
  const subject = { kind: 'documents' as const, documents: [{ name: 'a.txt', text: 'a' }] };

  /** A log that says of somebody's file that it is the report, and that all of it may be replaced. */
  async function tampered(logFolder: string) {
    const victim = join(folder.path, 'profile.md');
    await writeFile(victim, 'what the user wrote\n');
    const { result } = await scriptedRun([...turns], { subject, logFolder });
    const path = result.trajectory ?? '';
    const lines = (await readFile(path, 'utf8')).split('\n').map((line) => {
      if (line.includes('"kind":"report-ended"')) {
        return line.replace(/"from":\d+,"bytes":\d+/, '"from":0,"bytes":20');
      }
      if (!line.includes('"kind":"report",')) return line;
      return line
        .replace(/"path":"[^"]*"/, `"path":${JSON.stringify(victim)}`)
        .replace('"named":false', '"named":true');
    });
    await writeFile(path, lines.join('\n'));
    return { victim, path };
  }

  async function resume(path: string, named: string | null = null) {
    const { past, notice } = withOwnReport(await readPastRun(path), path, log, named);
    const { result } = await scriptedRun([], {
      subject,
      logFolder: log,
      continues: { how: 'resume', past },
    });
    return { result, notice };
  }

  it('is gone on with where only the user can have written that (control)', async () => {
    const { victim, path } = await tampered(log);
    const { result, notice } = await resume(path);
    expect(result.report?.path).toBe(victim);
    expect(await readFile(victim, 'utf8')).toMatch(/^Text of the run\n/);
    expect(notice).toBeNull();
  });

  it.each(['a log from elsewhere', 'a log that others can write', 'a log of another user'])(
    'is begun anew for %s',
    async (what) => {
      if (what === 'a log of another user' && !isRoot) return;
      const isElsewhere = what === 'a log from elsewhere';
      const at = isElsewhere ? join(folder.path, 'download') : log;
      await mkdir(at, { recursive: true });
      const { victim, path } = await tampered(at);
      if (what === 'a log that others can write') await chmod(path, 0o666);
      if (what === 'a log of another user') await chown(path, 12_345, 12_345);
      const { result, notice } = await resume(path);
      expect(await readFile(victim, 'utf8')).toBe('what the user wrote\n');
      expect(result.report?.path).not.toBe(victim);
      expect(await readFile(result.report?.path ?? '', 'utf8')).toMatch(/^Text of the run\n/);
      expect(notice).toContain('To continue that file, name it with --report');
      // Named, it is continued, but what is not the run's is left.
      await resume(path, victim);
      expect(await readFile(victim, 'utf8')).toBe('what the user wrote\n');
    },
  );
});

describe('what lies beside the logs', () => {
  it('lets no file be completed but a report', async () => {
    const victim = join(folder.path, 'profile.md');
    await writeFile(victim, 'mine\n');
    const side = (report: string) =>
      `${sideLine({ report })}${sideLine({ order: [0], block: true, bytes: 4 })}evil`;
    const path = join(log, 'r1.report-parts');
    for (const named of [victim, join(log, '..', 'profile.md'), join(log, 'x.sh')]) {
      await writeFile(path, side(named));
      await expect(recoverReport(path)).rejects.toThrow("not a report of Fathom's");
    }
    expect(await readFile(victim, 'utf8')).toBe('mine\n');
    // A report of its own is (control).
    const own = join(log, 'r1.report.md');
    await writeFile(own, 'mine\n');
    await writeFile(path, side(own));
    expect(await recoverReport(path)).toBe(own);
    expect(await readFile(own, 'utf8')).toBe('mine\n\nevil\n');
  });

  it('lets no file be removed but a report', async () => {
    const unfinished = (path: string): UnfinishedReport => ({
      run: 'r1',
      question: 'q',
      folders: [],
      path,
      sections: 0,
      openSections: 0,
      before: [],
      pid: 0,
      host: '',
    });
    const [victim, own] = [join(folder.path, 'profile.md'), join(log, 'r1.report.md')];
    for (const path of [victim, own]) {
      await writeFile(path, 'text');
      await forget(log, unfinished(path), true);
    }
    expect(await readdir(folder.path)).toContain('profile.md');
    expect(await readdir(log)).not.toContain('r1.report.md');
  });

  it.each([
    ['folders that are none', { folders: [{ path: 'x' }] }],
    ['a run that is a path', { run: '../r1' }],
    ['too many bytes', { question: 'x'.repeat(17_000_000) }],
  ])('says nothing with %s', async (_, wrong) => {
    const right = {
      run: 'r1',
      question: 'q',
      folders: [],
      path: 'p',
      sections: 0,
      openSections: 0,
      pid: 0,
      host: '',
    };
    const path = join(log, 'r1.unfinished.json');
    await writeFile(path, JSON.stringify(right));
    expect(await readRecords(log)).toHaveLength(1);
    await writeFile(path, JSON.stringify({ ...right, ...wrong }));
    expect(await readRecords(log)).toEqual([]);
  });

  it.runIf(pipes)('may be a pipe, which nobody waits for', async () => {
    for (const name of ['costs.ndjson', 'view.json', 'r1.unfinished.json']) {
      execFileSync('mkfifo', [join(log, name)]);
    }
    expect(await new RunCosts(log).usual()).toBeNull();
    expect(await new ViewStateFile(log).read()).toBe('');
    expect(await readRecords(log)).toEqual([]);
  });
});

describe('a kept reply', () => {
  const model: LanguageModel = {
    name: 'm',
    id: 'here m',
    offline: false,
    contextWindow: null,
    price: () => null,
    complete: () => Promise.reject(new Error('not asked')),
  };
  const find = (prompt = 'prompt', of = model) => new ReplyStore({ folder: log }).find(of, prompt);

  async function kept(): Promise<string> {
    const store = new ReplyStore({ folder: log });
    store.keep(model, 'prompt', 'reply');
    await store.close();
    const [name = ''] = (await readdir(log, { recursive: true })).filter((n) =>
      n.endsWith('.json'),
    );
    return join(log, name);
  }

  it.runIf(pipes)('is none where others may have written it', async () => {
    const path = await kept();
    expect(await find()).toBe('reply');
    for (const mode of [0o666, 0o620, 0o602]) {
      await chmod(path, mode);
      expect(await find()).toBeNull();
    }
    await chmod(path, 0o600);
    expect(await find()).toBe('reply');
    if (!isRoot) return;
    await chown(path, 12_345, 12_345);
    expect(await find()).toBeNull();
  });

  it('is none under the name of another model or prompt, or with other text', async () => {
    const path = await kept();
    const text = await readFile(path, 'utf8');
    const other = new ReplyStore({ folder: log });
    other.keep({ ...model, id: 'there m' }, 'prompt', 'other reply');
    await other.close();
    const names = (await readdir(log, { recursive: true })).filter((n) => n.endsWith('.json'));
    const theirs = names.find((name) => !path.endsWith(basename(name))) ?? '';
    await writeFile(path, await readFile(join(log, theirs)));
    expect(await find()).toBeNull();
    for (const wrong of [
      text.replace('reply', 'evil'),
      '{}',
      '[',
      '',
      'null',
      `${text} `.repeat(2),
    ]) {
      await writeFile(path, wrong);
      expect(await find()).toBeNull();
    }
    await writeFile(path, text);
    expect(await find()).toBe('reply');
    await writeFile(path, text + ' '.repeat(10_000_000));
    expect(await find()).toBeNull();
  });
});
