import { expect, test } from 'vitest';
import { failureText } from '../../host/failureText';

test('what failed is named with its error, one below the other', () => {
  const failures = [
    { name: 'one', error: 'Error: it is\nnot two\n' },
    { name: 'two', error: 'Error: late' },
  ];
  expect(failureText(failures)).toBe(
    '\n ✗ one\n     Error: it is\n     not two\n\n ✗ two\n     Error: late\n',
  );
  expect(failureText([])).toBe('');
});

test('of a long error the beginning is shown', () => {
  const error = Array.from({ length: 100 }, (_, n) => `line ${n}`).join('\n');
  const lines = failureText([{ name: 'long', error }])
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(33);
  expect(lines.at(-1)).toBe('     … 70 more lines');
});
