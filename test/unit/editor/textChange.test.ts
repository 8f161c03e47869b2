import { describe, expect, it } from 'vitest';
import { type TextChange, textChange } from '../../../src/editor/answers/textChange';

function apply(text: string, { offset, removed, inserted }: TextChange): string {
  return text.slice(0, offset) + inserted + text.slice(offset + removed);
}

describe('textChange', () => {
  it('is null for equal texts', () => {
    expect(textChange('same', 'same')).toBeNull();
  });

  it('replaces only what differs', () => {
    expect(textChange('turn 1 of 3', 'turn 2 of 3')).toEqual({
      offset: 5,
      removed: 1,
      inserted: '2',
    });
  });

  it('inserts at the end when a text grows', () => {
    expect(textChange('It is', 'It is in a.ts')).toEqual({
      offset: 5,
      removed: 0,
      inserted: ' in a.ts',
    });
  });

  it('does not count a repeated part twice', () => {
    const change = textChange('aaa', 'aaaaa');
    expect(change && apply('aaa', change)).toBe('aaaaa');
  });

  it('never cuts a surrogate pair', () => {
    // Both characters begin with the same unit.
    expect(textChange('x😀y', 'x😁y')).toEqual({ offset: 1, removed: 2, inserted: '😁' });
    // Both characters end with the same unit.
    expect(textChange('x\u{1F600}y', 'x\u{1FA00}y')?.removed).toBe(2);
  });

  it('never cuts a CRLF', () => {
    expect(textChange('a\r\nb', 'a\r\n\r\nb')).toEqual({ offset: 3, removed: 0, inserted: '\r\n' });
    const change = textChange('a\rb', 'a\r\nb');
    expect(change && apply('a\rb', change)).toBe('a\r\nb');
  });

  it('turns any text into any other', () => {
    const texts = ['', 'a', 'ab', 'ba', 'a\r\n', '\r\nb', '😀', '😁a', 'a😀', 'a\nb\nc', 'abab'];
    for (const from of texts) {
      for (const to of texts) {
        const change = textChange(from, to);
        expect(change ? apply(from, change) : from).toBe(to);
      }
    }
  });
});
