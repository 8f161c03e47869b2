import { describe, expect, it } from 'vitest';
import { findBlocks } from '../../../../src/models/offline/blocks';

interface Shape {
  readonly name: string;
  readonly lines: string;
  readonly within: readonly string[];
}

/** The named blocks of a text with their lines, 1-based. */
function named(path: string, text: string): readonly Shape[] {
  return findBlocks(text.split('\n'), path)
    .filter(({ name }) => name !== '')
    .map(({ name, start, end, within }) => ({ name, lines: `${start + 1}-${end + 1}`, within }));
}

const typescript = `import { x } from './x';

/** Runs a cell. */
export async function execute(
  code: string,
): Promise<void> {
  const later = () => {
    run(code);
  };
  describe('x', () => {
    if (code) return;
  });
}

export class Kernel {
  #cells = 0;

  /** Ends it. */
  async dispose(): Promise<void> {
    this.#cells = 0;
  }
}

export const limit = 3;
module.exports.stop = stop;
`;

describe('blocks of code', () => {
  it('are functions, classes, methods and constants with the comments above them', () => {
    expect(named('a.ts', typescript)).toEqual([
      { name: 'execute', lines: '3-13', within: [] },
      { name: 'later', lines: '7-9', within: ['execute'] },
      { name: 'Kernel', lines: '15-22', within: [] },
      { name: 'dispose', lines: '18-21', within: ['Kernel'] },
      { name: 'limit', lines: '24-24', within: [] },
      { name: 'stop', lines: '25-25', within: [] },
    ]);
  });

  it('own each line with text exactly once', () => {
    const lines = typescript.split('\n');
    const owned = findBlocks(lines, 'a.ts').flatMap(({ own }) => own);
    const withText = lines.flatMap((line, index) => (line.trim() === '' ? [] : [index]));
    expect(owned.filter((index) => lines[index]?.trim()).sort((a, b) => a - b)).toEqual(withText);
  });

  it.each([
    ['a.py', '@cached\nasync def load(path):\n    return 1\n', 'load', '1-3'],
    ['a.py', 'MAX_CELLS: int = 3\n', 'MAX_CELLS', '1-1'],
    [
      'a.go',
      '// Run runs.\nfunc (k *Kernel) Run(code string) error {\n\treturn nil\n}\n',
      'Run',
      '1-4',
    ],
    ['a.rs', '#[inline]\npub(crate) fn run<T>(x: T) -> u8 {\n    1\n}\n', 'run', '1-4'],
    [
      'a.java',
      'public static int run(String code) throws IOException {\n  return 1;\n}\n',
      'run',
      '1-3',
    ],
    ['a.c', 'static int\nx;\nint run(const char *code)\n{\n  return 1;\n}\n', 'run', '3-6'],
    ['a.rb', 'def self.run(code)\n  1\nend\n', 'run', '1-3'],
    ['a.php', 'final public function run($code) {\n  return 1;\n}\n', 'run', '1-3'],
    ['a.sh', 'run() {\n  echo\n}\n', 'run', '1-3'],
    ['a.sql', 'CREATE TABLE IF NOT EXISTS runs (\n  id int\n);\n', 'runs', '1-3'],
    ['a.kt', 'suspend fun run(code: String): Int {\n  return 1\n}\n', 'run', '1-3'],
    ['a.js', 'Kernel.prototype.run = function (code) {\n  return 1;\n};\n', 'run', '1-3'],
  ])('are found in %s', (path, text, name, lines) => {
    expect(named(path, text)).toContainEqual({ name, lines, within: [] });
  });

  it('are not made of calls, statements and comments', () => {
    const text =
      'run(code);\nif (x) {\n  return run(code);\n}\n// function old() {\nexpect(a).toBe(b);\n';
    expect(named('a.ts', text)).toEqual([]);
  });
});

describe('blocks of prose', () => {
  it('are sections with their headings, and know what they are below', () => {
    const text = '# Top\n\nIntro.\n\n## Limits\n\nA cell has a limit.\n\nMore\n====\n\nEnd.\n';
    expect(named('a.md', text)).toEqual([
      { name: 'Top', lines: '1-3', within: [] },
      { name: 'Limits', lines: '5-7', within: ['Top'] },
      { name: 'More', lines: '9-12', within: [] },
    ]);
  });

  it('do not take a comment in a code fence for a heading', () => {
    expect(named('a.md', '# Top\n\n```sh\n# not a heading\n```\n')).toEqual([
      { name: 'Top', lines: '1-5', within: [] },
    ]);
  });

  it('end where a page of a PDF or a cell of a notebook ends', () => {
    const text = '=== page 1 ===\nCover\n\n=== page 2 ===\nThe valve.\n\n=== page 3 ===\nIndex\n';
    const places = findBlocks(text.split('\n'), 'manual.pdf').map(
      ({ start, end }) => `${start + 1}-${end + 1}`,
    );
    expect(places).toEqual(['1-2', '4-5', '7-8']);
  });
});
