import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CellClock } from '../../../src/repl/cellClock';

describe('CellClock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('expires once, after its limit', () => {
    const expired = vi.fn();
    new CellClock(1000, expired);
    vi.advanceTimersByTime(999);
    expect(expired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(expired).toHaveBeenCalledOnce();
  });

  it('stands still while paused', () => {
    const expired = vi.fn();
    const clock = new CellClock(1000, expired);
    vi.advanceTimersByTime(600);
    clock.pause();
    clock.pause();
    vi.advanceTimersByTime(200_000);
    clock.resume();
    vi.advanceTimersByTime(399);
    expect(expired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(expired).toHaveBeenCalledOnce();
  });

  it('never expires once stopped', () => {
    const expired = vi.fn();
    const clock = new CellClock(1000, expired);
    clock.pause();
    clock.stop();
    clock.resume();
    vi.advanceTimersByTime(10_000);
    expect(expired).not.toHaveBeenCalled();
  });
});
