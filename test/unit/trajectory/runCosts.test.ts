import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeId, RunId, TrajectoryEvent } from '../../../src/trajectory/events';
import { costAlarm, RunCosts } from '../../../src/trajectory/runCosts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fathom-costs-'));
});
afterEach(() => rm(folder, { recursive: true }));

const ended = (costUsd: number | null): TrajectoryEvent => ({
  type: 'node-ended',
  run: 'r' as RunId,
  node: 'n1' as NodeId,
  time: 0,
  outcome: 'ok',
  usage: { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, estimated: false, costUsd },
});

function heard(usual: number | null, ...costs: readonly (number | null)[]): readonly string[] {
  const messages: string[] = [];
  const alarm = costAlarm(usual, (message) => messages.push(message));
  for (const cost of costs) alarm(ended(cost));
  return messages;
}

describe('what runs cost as a rule', () => {
  it('is the median of those that cost something, once there are five', async () => {
    const costs = new RunCosts(folder);
    for (const cost of [0.01, 0.02, null, 0, 0.03, 5]) await costs.add('r', cost);
    expect(await new RunCosts(folder).usual()).toBeNull();
    await costs.add('r', 0.04);
    expect(await new RunCosts(folder).usual()).toBe(0.03);
    await costs.add('r', 0.05);
    expect(await new RunCosts(folder).usual()).toBeCloseTo(0.035);
  });

  it('is that of the newest runs', async () => {
    const costs = new RunCosts(folder);
    for (let i = 0; i < 60; i++) await costs.add(`20261123-120000-${i}`, i < 30 ? 100 : 1);
    expect(await costs.usual()).toBe(1);
  });

  it('has those of every window, also of runs that end at the same time', async () => {
    const windows = [1, 2, 3, 4, 5].map(() => new RunCosts(folder));
    await Promise.all(windows.map((costs, i) => costs.add(`r${i}`, i + 1)));
    expect(await new RunCosts(folder).usual()).toBe(3);
  });

  it('passes over what is damaged', async () => {
    const costs = new RunCosts(folder);
    await writeFile(join(folder, 'costs.ndjson'), '{"run":"r","cos');
    for (const cost of [1, 1, 2, 2]) await costs.add('r', cost);
    expect(await costs.usual()).toBeNull();
    await costs.add('r', 2);
    expect(await costs.usual()).toBe(2);
  });
});

describe('the alarm', () => {
  it('tells once that a run costs more than three times as much', () => {
    expect(heard(0.1, 0.1, 0.1, 0.1)).toEqual([]);
    expect(heard(0.1, 0.2, 0.2, 0.2)).toEqual([
      'This run has cost $0.40 so far, more than 3 times the usual cost of a run ($0.10).',
    ]);
  });

  it('is silent where prices or earlier runs are unknown', () => {
    expect(heard(null, 100)).toEqual([]);
    expect(heard(0.1, null, null)).toEqual([]);
  });
});
