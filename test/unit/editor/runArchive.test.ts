import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { RunArchive } from '../../../src/editor/recursion/runArchive';
import { TrajectoryLog } from '../../../src/trajectory/log';
import { RunRecorder } from '../../../src/trajectory/recorder';
import { temporaryFolder } from '../../host/folders';
import { run } from '../trajectory/sampleRun';

it('a run whose log was cut is there as far as it came, and is interrupted', async () => {
  await using temporary = await temporaryFolder('archive');
  const log = new TrajectoryLog({ folder: temporary.path, run });
  const recorder = new RunRecorder({ run, sinks: [log.sink], now: () => 1_000 });
  const root = recorder.start({ question: 'Why?', model: 'm', subModel: 's', subject: 'here' });
  const turn = root.child('iteration', 'Look');
  const first = turn.child('subcall', 'First');
  first.body('response', 'Because.');
  first.end('ok');
  turn.child('subcall', 'Second');
  await log.close();
  const path = log.path ?? expect.unreachable();
  // The machine went down in the middle of a line.
  await writeFile(path, (await readFile(path, 'utf8')).slice(0, -20));

  const archive = new RunArchive(temporary.path);
  const shown = await archive.open(run);
  expect(shown.live).toBe(false);
  expect(
    [...shown.tree.nodes.values()].map((node) => [node.summary, node.parent, node.status]),
  ).toEqual([
    ['Why?', null, 'cancelled'],
    ['Look', root.id, 'cancelled'],
    ['First', turn.id, 'ok'],
  ]);
  expect(shown.tree.nodes.get(root.id)?.reason).toBe('Interrupted: its log ends here.');
  expect(await archive.bodies(run, first.id)).toEqual(new Map([['response', 'Because.']]));
  expect(await archive.list()).toMatchObject([{ id: run, status: 'cancelled' }]);
});
