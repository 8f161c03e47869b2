import { expect, it } from 'vitest';
import { Latest } from '../../../src/engine/latest';

interface Value {
  readonly n: number;
  readonly problem?: string;
}

function startLatest() {
  const sent: number[] = [];
  let gate = Promise.withResolvers<void>();
  const latest = new Latest<Value>({
    gapMs: 0,
    isKept: ({ problem }, next) => problem !== undefined && problem !== next.problem,
    send: async ({ n }) => {
      sent.push(n);
      await gate.promise;
    },
  });
  const goOn = () => {
    gate.resolve();
    gate = Promise.withResolvers<void>();
    gate.resolve();
  };
  return { sent, latest, goOn };
}

it('hands on the first value and the last, and waits for it', async () => {
  const { sent, latest, goOn } = startLatest();
  for (let n = 0; n < 5; n++) latest.put({ n });
  expect(sent).toEqual([0]);
  goOn();
  await latest.drained();
  expect(sent).toEqual([0, 4]);
});

it('keeps a value that no newer one stands for', async () => {
  const { sent, latest, goOn } = startLatest();
  latest.put({ n: 0 });
  latest.put({ n: 1, problem: 'full' });
  latest.put({ n: 2, problem: 'full' });
  latest.put({ n: 3 });
  latest.put({ n: 4 });
  goOn();
  await latest.drained();
  expect(sent).toEqual([0, 2, 4]);
});

it('hands on what comes after all was handed on', async () => {
  const { sent, latest, goOn } = startLatest();
  goOn();
  latest.put({ n: 0 });
  await latest.drained();
  latest.put({ n: 1 });
  await latest.drained();
  expect(sent).toEqual([0, 1]);
});
