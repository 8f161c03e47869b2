import { describe, expect, it } from 'vitest';
import { emptyTree, reduce } from '../../../src/trajectory/tree';
import { temporaryFolder } from '../../host/folders';
import type { SaidReply, ScriptedReply } from '../../host/modelScript';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const print = cell('r = llm_query_batched(["a", "b"])\nprint([(x, x.failed) for x in r])');

const wordless: readonly (readonly [string, ScriptedReply, RegExp])[] = [
  ['nothing', { text: '' }, /scripted replied without a word\. Ask again/],
  ['white space', { text: ' \n' }, /scripted replied without a word/],
  [
    'nothing, for a content filter',
    { text: '', finishReason: 'content_filter' },
    /provider of scripted held back its whole reply: a content filter/,
  ],
  [
    'nothing but hidden reasoning, up to the output limit',
    { text: '', reasoning: 'hm '.repeat(20), finishReason: 'length' },
    /output limit before its first word/,
  ],
];

/** What comes without a word and without a reason. */
const empties: readonly (readonly [string, SaidReply])[] = [
  ['nothing', { text: '' }],
  ['white space', { text: ' \n\t' }],
  ['nothing but thoughts', { text: '<think>Let me see.</think>\n' }],
  ['nothing but reasoning', { text: '', reasoning: 'Let me see.' }],
  ['an empty document', { text: '', ignoreStream: true }],
];

describe('a model that replies with', () => {
  it.each(wordless)('%s is no answer of a run', async (_, reply, reason) => {
    const { result, requests } = await scriptedRun(() => reply);
    expect(result).toMatchObject({ status: 'error', fault: 'model', answer: '' });
    expect(result.reason).toMatch(reason);
    // It is told once that code is wanted.
    expect(requests).toHaveLength(2);
  });

  it.each(wordless)('%s is a slot that failed', async (_, reply, reason) => {
    const { result, requests } = await scriptedRun(({ speaker, turn, prompt }) => {
      if (speaker === 'sub') return prompt === 'a' ? reply : 'fine';
      return turn === 1 ? print : cell('FINAL("done")');
    });
    const shown = requests.at(-1)?.prompt ?? '';
    expect(shown).toMatch(reason);
    expect(shown).toMatch(/\('Error: .*', True\), \('fine', False\)\]/);
    expect(result.status).toBe('answered');
  });

  it.each(empties)('%s is asked once more, and what it cost is counted', async (_, empty) => {
    let asked = 0;
    const usage = { prompt: 40, completion: 7 };
    const { result, events, requests } = await scriptedRun(
      ({ speaker, turn, prompt }) => {
        if (speaker === 'root') return turn === 1 ? print : cell('FINAL("done")');
        asked += 1;
        if (prompt !== 'a') return { text: 'fine', usage };
        return asked === 1 ? { ...empty, usage } : { text: 'at last', usage };
      },
      { limits: { concurrency: 1 } },
    );
    expect(requests.at(-1)?.prompt).toContain("[('at last', False), ('fine', False)]");
    expect(result.subcalls).toBe(2);
    expect(requests.filter(({ speaker }) => speaker === 'sub')).toHaveLength(3);
    const tree = events.reduce(reduce, emptyTree());
    const calls = [...tree.nodes.values()].filter(({ kind }) => kind === 'subcall');
    const outputs = calls.map((node) => node.usage?.outputTokens);
    expect(outputs).toEqual([14, 7]);
    const all = [...tree.nodes.values()].reduce(
      (sum, node) => sum + (node.usage?.outputTokens ?? 0),
      0,
    );
    expect(result.usage.outputTokens).toBe(all);
  });

  it('nothing but reasoning up to the limit, or is filtered, is not asked once more', async () => {
    for (const finishReason of ['length', 'content_filter']) {
      const { requests } = await scriptedRun(({ speaker, turn, prompt }) => {
        if (speaker === 'root') return turn === 1 ? print : cell('FINAL("done")');
        return prompt === 'a' ? { text: '', finishReason } : 'fine';
      });
      expect(requests.filter(({ speaker }) => speaker === 'sub')).toHaveLength(2);
    }
  });

  it('nothing is asked again when code asks again, in that run and in another', async () => {
    await using folder = await temporaryFolder('wordless');
    let asked = 0;
    const script = cell('print(llm_query_batched(["a"]))\nprint(llm_query_batched(["a"]))');
    const run = () =>
      scriptedRun(
        ({ speaker, messages }) => {
          if (speaker === 'sub') {
            asked += 1;
            return asked < 5 ? '' : 'fine';
          }
          return messages.length === 2 ? script : cell('FINAL("done")');
        },
        { cacheFolder: folder.path },
      );
    await run();
    expect(asked).toBe(4);
    const { requests } = await run();
    expect(requests.at(-1)?.prompt).toContain("['fine']\n['fine']");
    expect(asked).toBe(5);
  });
});

it('a reply that a content filter cut says so to the code that reads it', async () => {
  const { requests } = await scriptedRun(({ speaker, turn, prompt }) => {
    if (speaker === 'root') return turn === 1 ? print : cell('FINAL("done")');
    return prompt === 'a' ? { text: 'Half of', finishReason: 'content_filter' } : 'fine';
  });
  expect(requests.at(-1)?.prompt).toContain('Half of\\n[The model');
});
