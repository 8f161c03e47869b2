import { expect, it } from 'vitest';
import { allOf, listenerTo, type Told, tellListener } from '../../../src/rlm/runListener';

it('a listener of one process is told by another what its counterpart there is told', () => {
  const heard: unknown[] = [];
  const here = { onNotice: (message: string) => heard.push(message) };
  const there = listenerTo((told) => tellListener(here, structuredClone(told)));
  there.onNotice('It costs a lot.');
  // It does not want to know that.
  there.onLogError('The disk is full.');
  expect(heard).toEqual(['It costs a lot.']);
});

it('several listeners are told what each wants to know, in their order', () => {
  const heard: string[] = [];
  const told: Told[] = [];
  const listener = allOf([
    { onNotice: (message) => heard.push(`first ${message}`) },
    {},
    listenerTo((one) => told.push(one)),
    {
      onNotice: (message) => heard.push(`last ${message}`),
      onLogError: (message) => heard.push(message),
    },
  ]);
  listener.onNotice('a');
  listener.onLogError('b');
  expect(heard).toEqual(['first a', 'last a', 'b']);
  expect(told).toEqual([
    { method: 'onNotice', what: 'a' },
    { method: 'onLogError', what: 'b' },
  ]);
});
