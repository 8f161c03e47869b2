import { describe, expect, it } from 'vitest';
import { CellOutput } from '../../../src/repl/cellOutput';

describe('CellOutput', () => {
  it('keeps 20,000 characters whole', () => {
    const output = new CellOutput(7);
    for (let i = 0; i < 200; i += 1) output.append(`${'x'.repeat(99)}\n`);
    expect(output.toString()).toHaveLength(20_000);
    expect(output.length).toBe(20_000);
  });

  it('cuts one more in the middle', () => {
    const output = new CellOutput(7);
    output.append(`${'a'.repeat(10_000)}b${'c'.repeat(10_000)}`);
    expect(output.toString()).toBe(
      `${'a'.repeat(10_000)}\n[... 1 of 20,001 characters left out; all of it is in the variable output_7 ...]\n${'c'.repeat(10_000)}`,
    );
  });

  it('counts what the kernel left out', () => {
    const output = new CellOutput(7);
    output.append('a'.repeat(20_000));
    output.append('z'.repeat(10_000), 1_000_000);
    expect(output.length).toBe(1_030_000);
    expect(output.toString()).toMatch(
      /^a{10000}\n\[\.\.\. 1,010,000 of 1,030,000 characters left out; all of it is in the variable output_7 \.\.\.\]\nz{10000}$/,
    );
  });

  it('takes what the kernel has cut only when there is something to cut, and it is short', () => {
    const output = new CellOutput(7);
    output.append('a'.repeat(20_000));
    expect(output.shown('cut')).toBe('a'.repeat(20_000));
    output.append('b');
    expect(output.shown('cut')).toBe('cut');
    expect(output.shown('x'.repeat(60_000))).toMatch(/^a{10000}\n\[/);
    expect(output.shown(null)).toMatch(/^a{10000}\n\[/);
  });

  it('does not cut characters in half', () => {
    const output = new CellOutput(7);
    output.append(`a${'😀'.repeat(15_000)}`);
    expect(output.toString().isWellFormed()).toBe(true);
  });
});
