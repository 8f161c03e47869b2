import { describe, expect, it } from 'vitest';
import { cellOf, piecesOf } from '../../../../src/models/offline/pythonCell';

const file = `# After other.py.

# %% first
NAME = ""  # who
LIST = []

print(NAME, LIST)

# %% second
print(1)
`;

describe('a piece of a Python file', () => {
  const pieces = piecesOf(file);

  it('goes from its line to the next, and keeps what is at its head', () => {
    expect(pieces('first')).toBe('NAME = ""  # who\nLIST = []\n\nprint(NAME, LIST)');
    expect(cellOf(pieces('second'), pieces('second'))).toBe('print(1)\n\nprint(1)');
  });

  it.each([
    ['a "quoted" \\ one', String.raw`"a \"quoted\" \\ one"`],
    ['$& and $1', '"$& and $1"'],
    ['x\nLIST = 1', String.raw`"x\nLIST = 1"`],
    ['x\u2028LIST = 1', '"x\u2028LIST = 1"'],
  ])('takes the value %j, whatever it has', (value, literal) => {
    expect(pieces('first', { NAME: value, LIST: [1, { a: 'b' }] })).toBe(
      `NAME = ${literal}  # who\nLIST = [1, {"a": "b"}]\n\nprint(NAME, LIST)`,
    );
  });

  it('must be there, with what it is to take', () => {
    expect(() => pieces('print(1)')).toThrow('The Python file has no piece "print(1)".');
    expect(() => pieces('NAME = ""')).toThrow('has no piece');
    expect(() => pieces('second', { NAME: '' })).toThrow('takes no value NAME.');
  });
});
