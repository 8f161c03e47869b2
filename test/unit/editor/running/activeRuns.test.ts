import { describe, expect, it } from 'vitest';
import { ActiveRuns } from '../../../../src/editor/running/activeRuns';

describe('ActiveRuns', () => {
  it('ends every run and waits for it', async () => {
    const runs = new ActiveRuns();
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
    expect(runs.size).toBe(2);
    await runs.dispose();
    expect(ended).toEqual(['one', 'two']);
    await Promise.all(both);
    expect(runs.size).toBe(0);
    await start('late'); // Begun too late: it is told to stop at once.
    expect(ended).toContain('late');
  });

  it('hands on what a run came to, good or bad', async () => {
    const runs = new ActiveRuns();
    expect(await runs.track(async () => 7)).toBe(7);
    await expect(runs.track(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(runs.size).toBe(0);
  });
});
