import { describe, expect, it } from 'vitest';
import { shorten } from '../../../src/editor/shorten';

describe('shorten', () => {
  it('keeps short texts, on one line', () => {
    expect(shorten(' Where\nis it? ', 20)).toBe('Where is it?');
  });

  it('cuts between words, or in a long one', () => {
    expect(shorten('Where are cells executed in this house?', 20)).toBe('Where are cells…');
    expect(shorten('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(shorten(`${'x'.repeat(8)}😀😀😀`, 10)).toBe(`${'x'.repeat(8)}…`);
  });
});
