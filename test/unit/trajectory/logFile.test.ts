import { appendFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrajectoryEvent } from '../../../src/trajectory/events';
import { readEntries, TrajectoryLog } from '../../../src/trajectory/log';
import { LogFile } from '../../../src/trajectory/logFile';
import type { NodeHandle } from '../../../src/trajectory/recorder';
import { RunRecorder } from '../../../src/trajectory/recorder';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { run } from './sampleRun';

let temporary: TemporaryFolder;

beforeEach(async () => {
  temporary = await temporaryFolder('log-file');
});
afterEach(() => temporary[Symbol.asyncDispose]());

/** A log that is written while it is read. */
function startLog(): { log: TrajectoryLog; root: NodeHandle; path: string } {
  const log = new TrajectoryLog({ folder: temporary.path, run });
  let now = 0;
  const recorder = new RunRecorder({
    run,
    sinks: [log.sink],
    recordSink: log.recordSink,
    now: () => ++now,
  });
  const root = recorder.start({ question: 'Why?', model: 'm', subModel: 's', subject: 'here' });
  return { log, root, path: log.path ?? expect.unreachable() };
}

const odd = 'a "quoted" {"type":"body"} \u2028 🌊 \ud800\n\u0000 end';

describe('a log that views read', () => {
  it('has its events without texts, and the texts of each node', async () => {
    const { log, root, path } = startLog();
    const calls = Array.from({ length: 300 }, (_, index) => {
      const call = root.child('subcall', `Call ${index} ${odd}`);
      call.body('prompt', `${odd}${'x'.repeat(index * 20)}`);
      call.record({ kind: 'asked', key: 'k' });
      call.body('response', `response ${index}`);
      call.end('ok');
      return call;
    });
    // Longer than what is read at once.
    calls[7]?.body('output', 'y'.repeat(1_000_000));
    calls[7]?.body('response', 'a better one');
    await log.close();

    const file = new LogFile(path);
    const seen: TrajectoryEvent[] = [];
    await file.outline((event) => seen.push(event));
    const all: TrajectoryEvent[] = [];
    for await (const entry of readEntries(path)) {
      if (entry.type === 'record') continue;
      all.push(entry.type === 'body' ? { ...entry, text: '' } : entry);
    }
    expect(seen).toEqual(all);
    for (const fresh of [file, new LogFile(path)]) {
      const bodies = await fresh.bodies(calls[200]?.id ?? root.id);
      expect([...bodies]).toEqual([
        ['prompt', `${odd}${'x'.repeat(4_000)}`],
        ['response', 'response 200'],
      ]);
      const seventh = await fresh.bodies(calls[7]?.id ?? root.id);
      expect(seventh.get('response')).toBe('a better one');
      expect(seventh.get('output')).toHaveLength(1_000_000);
      expect(await fresh.bodies(root.id)).toEqual(new Map());
    }
  });

  it('is read on where it grows, cut lines included once they are whole', async () => {
    const { log, root, path } = startLog();
    const first = root.child('cell', 'one');
    first.body('code', 'one()');
    await log.close();
    const file = new LogFile(path);
    expect(await file.bodies(first.id)).toEqual(new Map([['code', 'one()']]));
    const line = JSON.stringify({
      ...{ type: 'body', run, node: first.id, time: 9, part: 'output', text: 'late' },
    });
    await appendFile(path, line.slice(0, 70));
    expect(await file.bodies(first.id)).toEqual(new Map([['code', 'one()']]));
    await appendFile(path, `${line.slice(70)}\n`);
    const [once, twice] = await Promise.all([file.bodies(first.id), file.bodies(first.id)]);
    expect([...once.keys()]).toEqual(['code', 'output']);
    expect(twice).toEqual(once);
  });

  it('says so when it is not there', async () => {
    const file = new LogFile(`${temporary.path}/none.jsonl`);
    await expect(file.outline(() => undefined)).rejects.toThrow('ENOENT');
    await expect(file.bodies(startLog().root.id)).rejects.toThrow('ENOENT');
  });
});
