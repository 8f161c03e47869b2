import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { onInterrupt } from '../../../src/cli/interrupts';

function watched() {
  const source = new EventEmitter();
  const clock = { ms: 5 };
  const calls: string[] = [];
  onInterrupt(
    source,
    () => clock.ms,
    () => calls.push('first'),
    () => calls.push('again'),
  );
  return { source, clock, calls };
}

describe('onInterrupt', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('takes %s as a wish to end', (signal) => {
    const { source, calls } = watched();
    source.emit(signal);
    expect(calls).toEqual(['first']);
  });

  it('takes the signal that npm hands on for the same wish', () => {
    const { source, clock, calls } = watched();
    source.emit('SIGINT');
    clock.ms += 50;
    source.emit('SIGINT');
    expect(calls).toEqual(['first']);
  });

  it('notices that the user insists', () => {
    const { source, clock, calls } = watched();
    source.emit('SIGINT');
    clock.ms += 400;
    source.emit('SIGINT');
    expect(calls).toEqual(['first', 'again']);
  });
});
