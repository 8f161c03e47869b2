import { describe, expect, it } from 'vitest';
import { sandboxJson, sandboxText } from '../../../src/cli/checkSandbox';
import { lookOf } from '../../../src/cli/look';
import type { SandboxReport } from '../../../src/repl/sandboxReport';
import { MemoryOutput } from './memoryOutput';
import { testIo } from './testIo';

const confined: SandboxReport = {
  kind: 'native',
  runs: 'Python 3.11.7 (/usr/bin/python3)',
  confinement: 'seccomp',
  usable: true,
  probes: [
    { name: 'write a file', reachable: false, how: 'PermissionError: not permitted' },
    { name: 'start a program', reachable: false, how: 'PermissionError: \u001b[31mno\u001b[0m' },
  ],
  note: 'bubblewrap is not installed',
};
const missing: SandboxReport = {
  kind: 'wasm',
  runs: null,
  confinement: 'WebAssembly',
  usable: false,
  probes: [],
  note: 'It is not complete.',
};
const open: SandboxReport = {
  ...confined,
  usable: false,
  probes: [{ name: 'write a file', reachable: true, how: '1' }],
};
const plain = lookOf(new MemoryOutput(), testIo());

describe('the text of a check of the sandbox', () => {
  it('says for each kernel what it tried and what came of it, and which one is used', () => {
    expect(sandboxText([confined, missing], 'auto', plain)).toBe(`\
✓ Native kernel, confined by seccomp and Landlock can be used
  Python 3.11.7 (/usr/bin/python3)
  bubblewrap is not installed
    ✓ could not write a file     PermissionError: not permitted
    ✓ could not start a program  PermissionError: no

✗ WebAssembly kernel is not used
  It is not complete.

Questions use the native kernel, confined by seccomp and Landlock. It reached nothing.
`);
  });

  it('does not hide what got through', () => {
    const text = sandboxText([open, missing], 'auto', plain);
    expect(text).toContain('✗ could     write a file  1\n');
    expect(text).toContain('No kernel can be used here');
  });

  it('has colours on a terminal', () => {
    const terminal = new MemoryOutput({ columns: 80, rows: 24 });
    expect(sandboxText([confined], 'auto', lookOf(terminal, testIo()))).toContain('\u001b[32m');
  });

  it('is one object for scripts', () => {
    expect(JSON.parse(sandboxJson([missing, confined], 12))).toEqual({
      usable: true,
      kernels: [missing, confined],
      durationMs: 12,
    });
    expect(JSON.parse(sandboxJson([open], 1))).toMatchObject({ usable: false });
  });
});
