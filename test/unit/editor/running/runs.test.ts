import { describe, expect, it } from 'vitest';
import { Runs } from '../../../../src/editor/running/runs';
import type { NodeId, RunId } from '../../../../src/trajectory/events';

const run = 'r1' as RunId;
const node = (id: string) => id as NodeId;
const begun = {
  type: 'run-started',
  run,
  node: node('n1'),
  time: 0,
  question: 'Where?',
  model: 'm',
  subModel: 'm',
  subject: 's',
} as const;

describe('Runs', () => {
  it('knows a run by its id from its first event to its end, and the last one after that', async () => {
    const runs = new Runs();
    const told: (string | null)[] = [];
    runs.listen((started) => told.push(started?.tree.run ?? null));
    await runs.track(async (own) => {
      expect([runs.areShown, runs.find(run), runs.stop(run, null)]).toEqual([false, null, false]);
      own.onEvent(begun);
      expect([runs.areShown, runs.find(run)?.live]).toEqual([true, true]);
      expect(runs.stop(run, null)).toBe(true);
      expect(own.signal.aborted).toBe(true);
      own.onEnd();
      expect([runs.areShown, runs.stop(run, null)]).toEqual([false, false]);
    });
    expect(runs.find(run)?.live).toBe(false);
    expect(runs.last?.tree.run).toBe(run);
    expect(told).toEqual([run, null]);
  });

  it('stops a batch that runs, and nothing else of a run by itself', async () => {
    const runs = new Runs();
    await runs.track(async (own) => {
      own.onEvent(begun);
      const start = (id: string, kind: 'batch' | 'cell') =>
        own.onEvent({
          type: 'node-started',
          run,
          node: node(id),
          parent: node('n1'),
          time: 1,
          kind,
          summary: '',
        });
      start('n2', 'batch');
      start('n3', 'cell');
      const stopped: string[] = [];
      const stopListening = own.onStopNode((one) => stopped.push(one));
      expect(['n2', 'n3', 'n4'].map((id) => runs.stop(run, node(id)))).toEqual([
        true,
        false,
        false,
      ]);
      stopListening();
      runs.stop(run, node('n2'));
      expect(stopped).toEqual(['n2']);
      expect(own.signal.aborted).toBe(false);
    });
  });

  it('ends every run and waits for it', async () => {
    const runs = new Runs();
    const ended: string[] = [];
    const until = (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    const start = (name: string) =>
      runs.track(async ({ signal }) => {
        await until(signal);
        ended.push(name);
      });
    const both = [start('one'), start('two')];
    await runs.dispose();
    expect(ended).toEqual(['one', 'two']);
    await Promise.all(both);
    await start('late'); // Begun too late: it is told to stop at once.
    expect(ended).toContain('late');
  });

  it('hands on what a run came to, good or bad', async () => {
    const runs = new Runs();
    expect(await runs.track(async () => 7)).toBe(7);
    await expect(runs.track(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
