import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../host/folders';
import type { ScriptedReply } from '../../host/modelScript';
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

  it('nothing is asked again when code asks again, in that run and in another', async () => {
    await using folder = await temporaryFolder('wordless');
    let asked = 0;
    const script = cell('print(llm_query_batched(["a"]))\nprint(llm_query_batched(["a"]))');
    const run = () =>
      scriptedRun(
        ({ speaker, messages }) => {
          if (speaker === 'sub') {
            asked += 1;
            return asked < 3 ? '' : 'fine';
          }
          return messages.length === 2 ? script : cell('FINAL("done")');
        },
        { cacheFolder: folder.path },
      );
    await run();
    expect(asked).toBe(2);
    const { requests } = await run();
    expect(requests.at(-1)?.prompt).toContain("['fine']\n['fine']");
    expect(asked).toBe(3);
  });
});

it('a reply that a content filter cut says so to the code that reads it', async () => {
  const { requests } = await scriptedRun(({ speaker, turn, prompt }) => {
    if (speaker === 'root') return turn === 1 ? print : cell('FINAL("done")');
    return prompt === 'a' ? { text: 'Half of', finishReason: 'content_filter' } : 'fine';
  });
  expect(requests.at(-1)?.prompt).toContain('Half of\\n[The model');
});
