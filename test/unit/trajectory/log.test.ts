import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  appendFile,
  mkdtemp,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrajectoryEvent } from '../../../src/trajectory/events';
import { readEntries, redactSecrets, TrajectoryLog } from '../../../src/trajectory/log';
import { RunRecorder } from '../../../src/trajectory/recorder';
import { details, run, usage } from './sampleRun';

/** Which removes no folder with a file in it that is open. */
const isWindows = process.platform === 'win32';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fathom-log-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function logged(options: Partial<ConstructorParameters<typeof TrajectoryLog>[0]> = {}) {
  const log = new TrajectoryLog({ folder, run, ...options });
  const recorder = new RunRecorder({
    run,
    sinks: [log.sink],
    recordSink: log.recordSink,
    now: () => 1,
  });
  return { log, root: recorder.start(details) };
}

async function eventsOf(path: string | null): Promise<TrajectoryEvent[]> {
  if (path === null) throw new Error('there is no log');
  const events: TrajectoryEvent[] = [];
  for await (const entry of readEntries(path)) if (entry.type !== 'record') events.push(entry);
  return events;
}

describe('TrajectoryLog', () => {
  it('writes one line per event into a folder that it makes, for the user only', async () => {
    const nested = join(folder, 'not', 'there yet');
    const { log, root } = logged({ folder: nested });
    root.child('iteration', 'Turn 1').end('ok', { usage: usage(null) });
    root.end('ok');
    log.close();

    const path = join(nested, `${run}.jsonl`);
    expect(log.path).toBe(path);
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(5);
    expect((await eventsOf(path)).map((event) => event.type)).toEqual([
      'run-started',
      'node-started',
      'node-ended',
      'node-ended',
    ]);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('loses nothing and keeps the order of events that come faster than the disk', async () => {
    const { log, root } = logged();
    for (let i = 0; i < 20_000; i++) {
      root.child('subcall', `${i}`);
      // Let writes begin in between.
      if (i % 1000 === 0) await new Promise(setImmediate);
    }
    log.close();
    const summaries = (await eventsOf(log.path)).flatMap((event) =>
      event.type === 'node-started' ? [event.summary] : [],
    );
    expect(summaries).toEqual(Array.from({ length: 20_000 }, (_, i) => `${i}`));
  });

  it('has a reply on file, and all before it, as soon as it was told', async () => {
    const { log, root } = logged();
    const path = join(folder, `${run}.jsonl`);
    for (const text of ['first', 'second']) {
      const call = root.child('subcall', text);
      call.record({ kind: 'asked', key: text });
      call.body('response', text);
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      expect(lines.at(-1)).toContain(`"part":"response","text":"${text}"`);
      expect(lines.at(-2)).toContain('"record"');
      call.end('ok');
    }
    // The rest follows by itself.
    await new Promise(setImmediate);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(9);
    log.close();
  });

  it('keeps little waiting, however much comes at once', async () => {
    const { log, root } = logged();
    const text = 'x'.repeat(100_000);
    for (let i = 0; i < 30; i++) root.body('prompt', text);
    expect((await stat(join(folder, `${run}.jsonl`))).size).toBeGreaterThan(1_000_000);
    log.close();
    expect(await eventsOf(log.path)).toHaveLength(31);
  });

  it('does not repeat as progress what a body says', async () => {
    const { log, root } = logged();
    const call = root.child('model-call', 'speaks');
    for (const text of ['Hel', 'lo']) call.progress({ text });
    call.body('response', 'Hello');
    call.end('ok');
    log.close();
    const events = await eventsOf(log.path);
    expect(events.filter((event) => event.type === 'node-progress')).toEqual([]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'body', text: 'Hello' }));
  });

  it('keeps streamed text that no body followed, once', async () => {
    const { log, root } = logged();
    const broken = root.child('model-call', 'breaks off');
    broken.progress({ text: 'Hel' });
    broken.progress({ text: 'lo', summary: 'better' });
    broken.end('error', { reason: 'connection lost' });
    const batch = root.child('batch', 'still runs');
    for (let done = 1; done <= 5; done++) batch.progress({ done, total: 9 });
    log.close();
    const progress = (await eventsOf(log.path)).filter((event) => event.type === 'node-progress');
    expect(progress).toEqual([
      { type: 'node-progress', run, node: broken.id, time: 1, text: 'Hello', summary: 'better' },
      { type: 'node-progress', run, node: batch.id, time: 1, done: 5, total: 9 },
    ]);
  });

  it('writes no secret, wherever it turns up', async () => {
    const key = `sk-"quoted"\\${randomUUID()}`;
    const { log, root } = logged({ redact: redactSecrets([key, 'ok']) });
    const call = root.child('model-call', `with ${key}`);
    call.progress({ text: key.slice(0, 9) });
    call.progress({ text: key.slice(9) });
    call.body('prompt', `${key}${key}`);
    call.end('error', { reason: `401 for ${key}` });
    root.end('ok');
    log.close();
    const text = JSON.stringify(await eventsOf(log.path));
    expect(text).not.toContain(JSON.stringify(key).slice(1, -1));
    expect(text).toContain('"reason":"401 for ***"');
    expect(text).toContain('"text":"******"');
    expect(text).toContain('"outcome":"ok"');
  });

  it('goes on without a log, and says so once, when the folder can not be had', async () => {
    const occupied = join(folder, 'file');
    await writeFile(occupied, '');
    const errors: string[] = [];
    const { log, root } = logged({ folder: occupied, onError: (message) => errors.push(message) });
    for (let i = 0; i < 100; i++) {
      root.child('cell', `${i}`);
      if (i % 10 === 0) await new Promise(setImmediate);
    }
    root.end('ok');
    log.close();
    expect(log.path).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors).toEqual([
      `This run can't be kept: ${occupied} is a file where a folder should be. Move it away or rename it. The run goes on, but can't be followed up, resumed or opened again.`,
    ]);
  });

  it.skipIf(isWindows)(
    'is whole where it belongs, though its folder was removed meanwhile',
    async () => {
      const away = join(folder, 'away');
      const errors: string[] = [];
      const { log, root } = logged({ folder: away, onError: (message) => errors.push(message) });
      root.body('question', 'Where?');
      await new Promise(setImmediate);
      await rm(away, { recursive: true });
      root.child('cell', 'more').end('ok');
      root.end('ok');
      log.close();
      expect(errors).toEqual([]);
      const events = await eventsOf(log.path);
      expect(events.map(({ type }) => type)).toEqual([
        ...['run-started', 'body', 'node-started', 'node-ended', 'node-ended'],
      ]);
    },
  );

  it.skipIf(isWindows)('says that it is gone when its folder has become a file', async () => {
    const away = join(folder, 'away');
    const errors: string[] = [];
    const { log, root } = logged({ folder: away, onError: (message) => errors.push(message) });
    await new Promise(setImmediate);
    await rm(away, { recursive: true });
    await writeFile(away, '');
    root.end('ok');
    log.close();
    expect(log.path).toBeNull();
    expect(errors).toEqual([expect.stringContaining(`${away} is a file where a folder should be`)]);
  });

  it.runIf(process.platform === 'linux')('goes on without a log on a full disk', async () => {
    await symlink('/dev/full', join(folder, `${run}.jsonl`));
    const errors: string[] = [];
    const { log, root } = logged({ onError: (message) => errors.push(message) });
    root.end('ok');
    log.close();
    expect(log.path).toBeNull();
    expect(errors).toEqual([
      expect.stringMatching(/\.jsonl can't be written: the disk is full\. .*make room/),
    ]);
  });

  it('may be closed twice, and takes nothing more after', async () => {
    const { log, root } = logged();
    log.close();
    log.close();
    root.end('ok');
    log.close();
    expect(await eventsOf(log.path)).toHaveLength(1);
  });
});

describe('readEntries', () => {
  it('gives what is whole of a log that was cut', async () => {
    const { log, root } = logged();
    root.child('iteration', 'Turn 1');
    root.body('answer', 'é'.repeat(100));
    log.close();
    const path = join(folder, `${run}.jsonl`);
    await truncate(path, (await stat(path)).size - 50);
    expect((await eventsOf(path)).map((event) => event.type)).toEqual([
      'run-started',
      'node-started',
    ]);
  });

  it('passes over lines that are no event', async () => {
    const { log } = logged();
    log.close();
    const path = join(folder, `${run}.jsonl`);
    await appendFile(path, `\nnull\n{"type":"from-the-future"}\n{"type":"body","run":1}\n`);
    expect(await eventsOf(path)).toHaveLength(1);
  });

  it('gives back any text as it was', async () => {
    const text = 'line\u2028separator \ud800 lone, \u0000 zero, 日本語 😀\r\n'.repeat(5000);
    const { log, root } = logged();
    root.body('answer', text);
    log.close();
    expect((await eventsOf(log.path)).at(-1)).toMatchObject({ text });
  });

  it('says so when there is no such log', async () => {
    await expect(eventsOf(join(folder, 'none.jsonl'))).rejects.toThrow('ENOENT');
  });
});
