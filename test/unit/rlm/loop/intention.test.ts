import { describe, expect, it } from 'vitest';
import { intention } from '../../../../src/rlm/loop/reply/intention';

describe('intention', () => {
  it('is what the model said last before its code', () => {
    expect(intention('Some thought.\n\nI grep for the entry points.', 'x')).toBe(
      'I grep for the entry points',
    );
  });

  it('is the first telling line of code when nothing was said', () => {
    expect(intention('', 'import re\n# look\nprint(tree())')).toBe('print(tree())');
  });

  it('is short', () => {
    expect(intention('word '.repeat(100), '').length).toBeLessThanOrEqual(100);
  });
});
