import { describe, expect, it } from 'vitest';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `\`\`\`repl\n${code}\n\`\`\``;

/** Short lines, most of them alike. */
const lines = Array.from({ length: 60 }, (_, index) =>
  index % 3 === 0 ? `if (x${index}) {` : index % 3 === 1 ? '  go();' : '}',
);
const files = {
  'src/a.js': `${lines.join('\n')}\n`,
  'src/b.js': `${lines.join('\n')}\n`,
  'src/c.js': `${lines.slice(0, 30).join('\n')}\n`,
};

/** What a run shows to models, by the kind of node that it shows it in. */
async function sentBy(code: string): Promise<readonly string[]> {
  const kinds = new Map<string, string>();
  const sent: string[] = [];
  const script = ({ messages }: { messages: readonly { role: string; content: string }[] }) => {
    if (!messages[0]?.content.includes('Python REPL')) return 'noted';
    const turn = messages.filter(({ role }) => role === 'assistant').length;
    return turn === 0 ? cell(code) : cell('FINAL("done")');
  };
  const { result } = await scriptedRun(script, {
    files,
    onEvent: (event) => {
      if (event.type === 'node-started') kinds.set(String(event.node), event.kind);
      if (event.type !== 'node-progress') return;
      for (const { path, how, start, end } of event.files ?? []) {
        if (how === 'sent') sent.push(`${kinds.get(String(event.node))} ${path}:${start}-${end}`);
      }
    },
  });
  expect(result.status).toBe('answered');
  return sent;
}

describe('the lines that a model was shown', () => {
  it.each([
    ['print(read("src/b.js", 10, 20))', ['cell src/b.js:10-20']],
    ['for f in files(): context[f.path]\nread("src/b.js", 59)', ['cell src/b.js:59-60']],
    ['print(context["src/b.js"][:25])', ['cell src/b.js:1-3']],
    ['llm_query(f"What is it?\\n{read(\'src/b.js\', 10, 20)}")', ['subcall src/b.js:10-20']],
    [
      'c = chunks(["src/c.js"], max_chars=200)[0]\nllm_query(f"What is it?\\n{c}")\nc.pieces[0]',
      ['subcall src/c.js:1-28'],
    ],
    [
      'llm_query("What?\\n" + read("src/a.js", 7, 7) + read("src/b.js", 9, 9))',
      ['subcall src/a.js:7-7', 'subcall src/b.js:9-9'],
    ],
    ['print("first:", grep("x57")[0], "and more")', ['cell src/a.js:58-58']],
    // The code has read it, no model has.
    ['text = read("src/b.js", 10, 20)\nprint(len(text))', []],
    // A header over text that was not read.
    ['read("src/a.js", 1, 1)\nprint("=== src/a.js:1-9 ===\\n1\\tlies\\n2\\t}\\n3\\t}")', []],
  ])('are exactly those of %s', async (code, expected) => {
    expect(await sentBy(code)).toEqual(expected);
  });
});
