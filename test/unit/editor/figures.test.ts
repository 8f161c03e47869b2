import { describe, expect, it } from 'vitest';
import { count, formatCost, formatDuration } from '../../../src/editor/figures';

describe('figures', () => {
  it.each([
    [0, '0.0 s'],
    [420, '0.4 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [185_000, '3 min 5 s'],
  ])('shows %d ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it.each([
    [0, '$0.00'],
    [0.00001, 'under $0.0001'],
    [0.0032, '$0.0032'],
    [0.0214, '$0.021'],
    [1.234, '$1.23'],
  ])('shows %d US dollars as %s', (usd, text) => {
    expect(formatCost(usd)).toBe(text);
  });

  it('counts one and many', () => {
    expect(count(1, 'turn')).toBe('1 turn');
    expect(count(0, 'turn')).toBe('0 turns');
    expect(count(12_000, 'file')).toBe('12,000 files');
  });
});
