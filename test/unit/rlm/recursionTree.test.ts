import { describe, expect, it } from 'vitest';
import { emptyTree, reduce } from '../../../src/trajectory/tree';
import { repetitions } from '../../host/repetitions';
import { scriptedRun } from '../../host/scriptedRun';
import { asked } from './askedRlm';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = (text: string) => cell(`FINAL(${JSON.stringify(text)})`);

describe('a tree of RLMs', () => {
  it.each([1, 16])(
    'has exact totals with many children at depth 3 and concurrency %i',
    async (concurrency) => {
      /** Children of each of the five children. */
      const leaves = repetitions(39, concurrency === 1 ? 4 : 15);
      let tree = emptyTree();
      const { result, requests, maxInFlight } = await scriptedRun(
        (request) => {
          const { question, turn } = asked(request);
          const usage = { prompt: 10_000, completion: 10 };
          if (request.messages.length === 1) return { text: 'leaf', usage };
          if (turn > 1) return { text: submit(`answer to ${question}`), usage };
          const codes: Readonly<Record<string, string>> = {
            top: 'print(len(rlm_query_batched([f"child {i}" for i in range(5)])))',
            child: `print(len(rlm_query_batched([f"leaf of ${question} {i}" for i in range(${leaves})])))`,
            leaf: `FINAL(llm_query("${question}"))`,
          };
          return { text: cell(codes[question.split(' ')[0] ?? ''] ?? ''), usage };
        },
        {
          question: 'top',
          limits: { maxDepth: 3, concurrency },
          onEvent: (event) => {
            tree = reduce(tree, event);
          },
        },
      );
      expect(result).toMatchObject({
        status: 'answered',
        subcalls: 5 + 5 * leaves + 5 * leaves,
        depth: 3,
      });
      expect(maxInFlight).toBeLessThanOrEqual(concurrency);
      expect(requests).toHaveLength(2 + 5 * 2 + 5 * leaves * 2);
      expect(result.usage).toMatchObject({
        inputTokens: 10_000 * requests.length,
        outputTokens: 10 * requests.length,
      });
      const nodes = [...tree.nodes.values()];
      const children = nodes.filter(({ kind }) => kind === 'child');
      expect(children).toHaveLength(5 + 5 * leaves);
      for (const { summary, totals } of children) {
        const calls = summary.startsWith('leaf') ? 2 : 2 + leaves * 2;
        expect(totals).toMatchObject({ inputTokens: 10_000 * calls, outputTokens: 10 * calls });
      }
    },
    60_000,
  );
});
