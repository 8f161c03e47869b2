import { describe, expect, it } from 'vitest';
import { NodeStops } from '../../../src/rlm/budget/nodeStops';
import { nodeId } from '../trajectory/sampleRun';

/** Work that goes on until its signal aborts. */
function untilAborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
}

describe('NodeStops', () => {
  it('stops one node while its sibling goes on', async () => {
    const stops = new NodeStops();
    const run = new AbortController();
    let second = 'goes on';
    const one = stops.within(nodeId('n1'), run.signal, untilAborted);
    const two = stops.within(nodeId('n2'), run.signal, async (signal) => {
      second = await untilAborted(signal);
    });
    expect(stops.stop(nodeId('n1'))).toBe(true);
    expect(await one).toBe('stopped');
    expect(second).toBe('goes on');
    run.abort();
    await two;
    expect(second).toBe('stopped');
  });

  it('knows nodes only while they work', async () => {
    const stops = new NodeStops();
    await stops.within(nodeId('n1'), new AbortController().signal, async () => undefined);
    expect(stops.stop(nodeId('n1'))).toBe(false);
  });
});
