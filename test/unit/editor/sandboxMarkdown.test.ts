import { describe, expect, it } from 'vitest';
import { sandboxMarkdown } from '../../../src/editor/kernels/sandboxMarkdown';
import type { SandboxReport } from '../../../src/repl/sandboxReport';

const confined: SandboxReport = {
  kind: 'native',
  runs: 'Python 3.11.7 (/opt/a|b/`python`)',
  confinement: 'bubblewrap',
  usable: true,
  probes: [
    { name: 'write a file', reachable: false, how: 'PermissionError: no\nwriting' },
    { name: 'list a folder', reachable: false, how: '' },
  ],
  note: null,
};
const missing: SandboxReport = {
  kind: 'wasm',
  runs: null,
  confinement: 'WebAssembly',
  usable: false,
  probes: [],
  note: 'It is [not] complete:\nfolder_name is missing.',
};

describe('the document of a check of the sandbox', () => {
  it('says first what it came to, then what each kernel could reach', () => {
    const text = sandboxMarkdown([confined, missing], { kernel: 'auto', isolation: 'on' });
    expect(text).toContain(
      '# The Python sandbox\n\n**Questions use the native kernel in bubblewrap. It reached nothing.**\n\n',
    );
    expect(text).toContain(`## ✅ Native kernel in bubblewrap

Can be used · \`Python 3.11.7 (/opt/a\\|b/'python')\`

| Could it …? | | What it got |
| --- | --- | --- |
| write a file | no | \`PermissionError: no writing\` |
| list a folder | no | nothing |
`);
    expect(text).toContain(`## ❌ WebAssembly kernel

Is not used

> It is \\[not\\] complete:
> folder\\_name is missing.
`);
    expect(text).not.toContain('Isolation is turned off');
  });

  it('goes by the kernel that the settings name', () => {
    const text = sandboxMarkdown([confined, missing], { kernel: 'wasm', isolation: 'on' });
    expect(text).toContain("**The wasm kernel can't be used here: questions are not answered.**");
  });

  it('makes no secret of isolation that is off', () => {
    const probes = [{ name: 'write a file', reachable: true, how: '1' }];
    const report = { ...confined, confinement: 'none', probes };
    const text = sandboxMarkdown([report], { kernel: 'auto', isolation: 'off' });
    expect(text).toContain('It can do what you can do: 1 of 1 attempts got through.');
    expect(text).toContain('> **Isolation is turned off.**');
    expect(text).toContain('| write a file | **yes** ⚠️ | `1` |');
  });
});
