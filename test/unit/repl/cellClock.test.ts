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

  it('stands still while models are waited for', () => {
    const expired = vi.fn();
    const clock = new CellClock(1000, expired);
    vi.advanceTimersByTime(600);
    clock.waitFor('models');
    clock.waitFor('models');
    vi.advanceTimersByTime(200_000);
    clock.waitFor('nothing');
    vi.advanceTimersByTime(399);
    expect(expired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(expired).toHaveBeenCalledOnce();
  });

  it('never expires once stopped', () => {
    const expired = vi.fn();
    const clock = new CellClock(1000, expired);
    clock.waitFor('models');
    clock.stop();
    clock.waitFor('nothing');
    vi.advanceTimersByTime(10_000);
    expect(expired).not.toHaveBeenCalled();
  });

  it('lets the repository be waited for three times as long, all in all', () => {
    const expired = vi.fn();
    const clock = new CellClock(1000, expired);
    for (let round = 0; round < 29; round++) {
      clock.waitFor('host');
      vi.advanceTimersByTime(100);
      clock.waitFor('models');
      vi.advanceTimersByTime(5000);
      clock.waitFor('nothing');
      vi.advanceTimersByTime(10);
    }
    clock.waitFor('host');
    vi.advanceTimersByTime(99);
    expect(expired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(30);
    expect(expired).toHaveBeenCalledExactlyOnceWith('waited');
    expect(clock.limitMs('waited')).toBe(3000);
  });

  it('says that it ran when it ran, however much it waited before', () => {
    const expired = vi.fn();
    const clock = new CellClock(1000, expired);
    clock.waitFor('host');
    vi.advanceTimersByTime(2990);
    clock.waitFor('nothing');
    vi.advanceTimersByTime(999);
    expect(expired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(30);
    expect(expired).toHaveBeenCalledExactlyOnceWith('ran');
  });
});
