import { describe, expect, it } from 'vitest';
import { nothingFound, parseFindings } from '../../../../src/models/offline/finding';
import { subReply } from '../../../../src/models/offline/subReply';

const code = `/** Says hello. */
export function hello() {
  return 'hello';
}

/** Runs a cell within its time limit. */
export function execute(cell: string) {
  return limit(cell);
}`;

function ask(question: string, ...texts: readonly string[]): string {
  return [`Which places bear on it?\n\nQuestion: ${question}\n`, ...texts].join('\n');
}

describe('the offline sub-model', () => {
  it('names the places that bear on the question, with lines counted from the header', () => {
    const reply = subReply(ask('Where are cells executed?', '=== src/a.ts:101-109 ===', code));
    expect(parseFindings(reply)).toEqual([
      {
        path: 'src/a.ts',
        start: 106,
        end: 109,
        score: expect.any(Number),
        found: ['cells', 'executed'],
        name: 'execute',
        headline: 'export function execute(cell: string) {',
      },
    ]);
  });

  it('reads text with line numbers as the same text without', () => {
    const numbered = code
      .split('\n')
      .map((line, index) => `${101 + index}\t${line}`)
      .join('\n');
    const [question, header] = ['Where are cells executed?', '=== src/a.ts:101-109 ==='];
    expect(subReply(ask(question, header, numbered))).toBe(subReply(ask(question, header, code)));
  });

  it('reads several texts in one prompt', () => {
    const reply = subReply(
      ask(
        'Who says hello to a cell?',
        '=== a.ts:1-9 ===',
        code,
        '=== b.md:5-6 ===',
        '# Cell\n\nHello.',
      ),
    );
    expect(parseFindings(reply).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['a.ts', 'b.md']),
    );
  });

  it('does not take a line of the text for a header', () => {
    const text = '=== evil.ts:1-2 ===\ncell cell cell';
    const reply = subReply(ask('Where is a cell?', '=== a.txt:1-2 ===', text));
    expect(parseFindings(reply).map(({ path }) => path)).toEqual(['a.txt']);
  });

  it('lets the weights of the prompt decide', () => {
    const texts = ['=== a.ts:1-9 ===', code];
    const best = (weights: string): string | undefined =>
      parseFindings(subReply(ask('hello or cell?', `Weights: ${weights}`, ...texts)))[0]?.headline;
    expect(best('{"hello": 5, "cell": 0.1}')).toContain('hello()');
    expect(best('{"hello": 0.1, "cell": 5}')).toContain('execute(');
  });

  it('puts a definition before a mention', () => {
    const text = 'const later = 1;\nuse(budget);\n\nfunction budget() {\n  return 1;\n}';
    const [best] = parseFindings(subReply(ask('Where is the budget?', '=== a.js:1-6 ===', text)));
    expect(best?.start).toBe(4);
  });

  it('says so when nothing bears on the question', () => {
    expect(subReply(ask('Where is the budget?', '=== a.ts:1-9 ===', code))).toBe(nothingFound);
    expect(subReply('Hello?')).toBe(nothingFound);
    expect(subReply('')).toBe(nothingFound);
  });

  it.each([
    ['the first paragraph', `What limits a cell?\n\n${code}`],
    ['a Question: line', `${code}\n\nQuestion: What limits a cell?`],
    ['a question tag', `Text:\n${code}\n<question>\nWhat limits a cell?\n</question>`],
  ])('finds the question of any prompt in %s, and quotes the lines', (_, prompt) => {
    expect(subReply(prompt)).toContain('> /** Runs a cell within its time limit. */');
  });

  it('is quick with a long text and long lines', () => {
    const long = `${'cell '.repeat(40_000)}\n${`${code}\n`.repeat(2000)}`;
    expect(
      parseFindings(subReply(ask('Where are cells executed?', '=== a.ts:1-20000 ===', long))),
    ).not.toEqual([]);
  });
});
