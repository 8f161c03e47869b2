import { describe, expect, it } from 'vitest';
import { countFences, intention, nextFence, submissionInText } from '../../../src/rlm/loop/fences';

describe('nextFence', () => {
  it.each(['repl', 'python', 'py', 'python3', 'Python', 'repl title="x"'])(
    'finds code in a fence marked %s',
    (mark) => {
      const fence = nextFence(`First I look.\n\n\`\`\`${mark}\nprint(1)\n\`\`\`\nDone.`);
      expect(fence?.prose).toBe('First I look.');
      expect(fence?.candidates.map(({ code }) => code)).toEqual(['print(1)\n']);
      expect(fence?.closed).toBe(true);
    },
  );

  it.each(['```\nprint(1)\n```', '```js\nlet a\n```', '```pyramid\nx\n```', 'print(1)', ''])(
    'leaves %j alone',
    (text) => {
      expect(nextFence(text)).toBeNull();
    },
  );

  it('offers every way to close a fence with fences inside, shortest first', () => {
    const inner = 'text = """\n```js\nlet a\n```\n"""\n';
    const fence = nextFence(`\`\`\`repl\n${inner}print(text)\n\`\`\`\n`);
    expect(fence?.candidates.map(({ code }) => code)).toEqual([
      'text = """\n```js\nlet a\n',
      `${inner}print(text)\n`,
    ]);
  });

  it('is not closed by a line that only begins with a fence', () => {
    const fence = nextFence('```repl\nx = """\n``` not the end\n"""\n```');
    expect(fence?.candidates).toHaveLength(1);
  });

  it('honours longer fences, tildes and Windows line ends', () => {
    expect(nextFence('````python\n```\n````')?.candidates[0]?.code).toBe('```\n');
    expect(nextFence('~~~py\nx = 1\n~~~')?.candidates[0]?.code).toBe('x = 1\n');
    expect(nextFence('```repl\r\nx = 1\r\n```\r\n')?.candidates[0]?.code).toBe('x = 1\r\n');
  });

  it('takes the rest of the text when the fence is never closed', () => {
    const fence = nextFence('```repl\nprint(1)');
    expect(fence?.closed).toBe(false);
    expect(fence?.candidates[0]?.code).toBe('print(1)');
  });

  it('goes on after a cell', () => {
    const text = '```repl\na\n```\nthen\n```py\nb\n```\n';
    const first = nextFence(text);
    const second = nextFence(text, first?.candidates[0]?.end);
    expect(second?.prose).toBe('then');
    expect(second?.candidates[0]?.code).toBe('b\n');
    expect(countFences(text, 0)).toBe(2);
  });
});

describe('submissionInText', () => {
  it('takes the paper’s way to submit as code', () => {
    expect(submissionInText('So:\nFINAL_VAR(result)\n')).toBe('FINAL_VAR(result)');
    expect(submissionInText('FINAL("""a\nb""")')).toBe('FINAL("""a\nb""")');
  });

  it('does not take a mention for a submission', () => {
    expect(submissionInText('I will call FINAL(x) later.')).toBeNull();
  });
});

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
