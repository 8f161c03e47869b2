import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { drawTree } from '../../../src/cli/drawTree';
import { footer } from '../../../src/cli/footer';
import { jsonOfResult } from '../../../src/cli/jsonResult';
import { lookOf } from '../../../src/cli/look';
import { dollars } from '../../../src/ground/figures';
import { emptyTree, reduce } from '../../../src/trajectory/tree';
import { CacheLedger, type LedgerPrices, type PromptPart, tokensOf } from '../../host/cacheLedger';
import { messageEvents, responseEvents } from '../../host/providerReplies';
import type { ProviderReply, ProviderRequest } from '../../host/providerServer';
import { scriptedRun } from '../../host/scriptedRun';
import { MemoryOutput } from '../cli/memoryOutput';
import { testIo } from '../cli/testIo';
import { type Provided, withProvider } from '../models/withProvider';

/** So many turns, each of which prints so many characters, come to 30,000 tokens. */
const turns = 10;
const printed = 14_000;

function reply(turn: number): string {
  const code =
    turn < turns
      ? `print(" ".join(f"w{${turn}}x{i}" for i in range(10_000))[:${printed}])`
      : 'answer["content"] = "All was read."\nanswer["ready"] = True';
  return `Turn ${turn}.\n\n\`\`\`repl\n${code}\n\`\`\``;
}

const block = z.looseObject({ text: z.string().optional(), cache_control: z.unknown().optional() });
const messagesBody = z.object({
  system: z.array(block),
  messages: z.array(z.object({ role: z.string(), content: z.array(block) })),
});

/** The parts of a request to Anthropic's API that its cache knows. */
function partsOf(body: unknown): readonly PromptPart[] {
  const { system, messages } = messagesBody.parse(body);
  const blocks = [...system, ...messages.flatMap(({ content }) => content)];
  expect(blocks.filter(({ cache_control }) => cache_control).length).toBeLessThanOrEqual(4);
  return blocks.map(({ cache_control, ...one }) => ({
    text: one.text ?? JSON.stringify(one),
    breakpoint: cache_control !== undefined,
  }));
}

/** All that a request to OpenAI's APIs says, in order. */
function promptOf({ instructions, messages, input }: ProviderRequest['body']): string {
  return JSON.stringify([instructions ?? '', messages ?? input]).replace(/\]+$/, '');
}

interface Case {
  readonly name: string;
  readonly asked: Provided;
  readonly prices: LedgerPrices;
  /** Bills a request, and says what the bill says. */
  readonly answer: (ledger: CacheLedger, request: ProviderRequest, text: string) => ProviderReply;
}

const cases: readonly Case[] = [
  {
    name: "Anthropic's Messages",
    asked: { name: 'claude-sonnet-5', baseUrl: 'https://api.anthropic.com' },
    prices: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
    answer(ledger, { body }, text) {
      const { fresh, written, read } = ledger.byBreakpoints(partsOf(body));
      const usage = {
        input_tokens: fresh,
        cache_creation_input_tokens: written,
        cache_read_input_tokens: read,
      };
      const outputTokens = tokensOf(text.length) + 50;
      ledger.output(outputTokens);
      return { events: messageEvents({ text, thinking: 'Hm. '.repeat(50), usage, outputTokens }) };
    },
  },
  {
    name: "OpenAI's Responses",
    asked: { name: 'gpt-5', baseUrl: null },
    prices: { input: 1.25, output: 10, cacheRead: 0.125 },
    answer(ledger, { body }, text) {
      const { fresh, read } = ledger.bySteps(promptOf(body));
      const output_tokens = tokensOf(text.length) + 200;
      ledger.output(output_tokens);
      const usage = {
        input_tokens: fresh + read,
        input_tokens_details: { cached_tokens: read },
        output_tokens,
        output_tokens_details: { reasoning_tokens: 200 },
      };
      return { events: responseEvents({ text, reasoning: 'sealed '.repeat(50), usage }) };
    },
  },
  {
    name: "OpenAI's chat completions",
    asked: { name: 'gpt-4.1', baseUrl: null },
    prices: { input: 2, output: 8, cacheRead: 0.5 },
    answer(ledger, { body }, text) {
      const { fresh, read } = ledger.bySteps(promptOf(body));
      const completion_tokens = tokensOf(text.length);
      ledger.output(completion_tokens);
      return {
        body: {
          choices: [
            { index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' },
          ],
          usage: {
            prompt_tokens: fresh + read,
            completion_tokens,
            prompt_tokens_details: { cached_tokens: read },
          },
        },
      };
    },
  },
];

const look = lookOf(new MemoryOutput(), testIo());

describe('a long conversation', () => {
  it.each(cases)('is paid once, through $name', async ({ asked, prices, answer }) => {
    const ledger = new CacheLedger(prices);
    const serve = (request: ProviderRequest) => answer(ledger, request, reply(request.number));
    await withProvider(asked, serve, async ({ model, server }) => {
      const { result, events } = await scriptedRun([], { model, limits: { maxCostUsd: null } });
      expect(result).toMatchObject({ status: 'answered', answer: 'All was read.' });
      expect(server.requests.length).toBe(turns);
      const longest = JSON.stringify(server.requests.at(-1)?.body).length;
      expect(tokensOf(longest)).toBeGreaterThan(30_000);

      // Most of it came from the cache, and is paid as that.
      expect(ledger.readTokens).toBeGreaterThan(0.7 * ledger.inputTokens);
      expect(ledger.dollars).toBeLessThan(0.6 * ledger.withoutCache);
      expect(result.usage).toMatchObject({
        inputTokens: ledger.inputTokens,
        cachedInputTokens: ledger.readTokens,
        estimated: false,
      });
      // Far closer than to the cent.
      const cost = expect.closeTo(ledger.dollars, 9);
      expect(result.usage.costUsd).toEqual(cost);
      const tree = events.reduce(reduce, emptyTree());
      const root = tree.root === null ? null : tree.nodes.get(tree.root);
      expect(root?.totals).toMatchObject({ costUsd: cost, costUnknown: false, estimated: false });
      expect(JSON.parse(jsonOfResult(result)).usage.costUsd).toEqual(cost);
      expect(footer(result, look)).toContain(` ${dollars(ledger.dollars)} `);
      const drawn = drawTree(tree, {
        look,
        now: 0,
        width: 100,
        height: 20,
        maxIterations: 99,
        maxCostUsd: null,
      });
      expect(drawn.join('\n')).toContain(dollars(ledger.dollars));
    });
  });

  it.each(cases)(
    'costs at most what is said, through $name, where its cache is not told of',
    async ({ asked, prices, answer }) => {
      const ledger = new CacheLedger(prices);
      const serve = (request: ProviderRequest) => {
        const told = JSON.stringify(answer(ledger, request, reply(request.number)));
        const untold = told.replace(
          /"(?:cache_creation_input_tokens|cache_read_input_tokens|cached_tokens)":\d+,?/g,
          '',
        );
        return JSON.parse(untold.replaceAll(',}', '}'));
      };
      await withProvider(asked, serve, async ({ model }) => {
        const { result, events } = await scriptedRun([], { model, limits: { maxCostUsd: null } });
        expect(result.status).toBe('answered');
        expect(result.usage.estimated).toBe(true);
        expect(result.usage.costUsd).toBeGreaterThanOrEqual(ledger.dollars);
        expect(result.usage.costUsd).toBeLessThan(3 * ledger.withoutCache);
        expect(footer(result, look)).toContain(` ~${dollars(result.usage.costUsd ?? 0)} `);
        const tree = events.reduce(reduce, emptyTree());
        const options = {
          look,
          now: 0,
          width: 100,
          height: 20,
          maxIterations: 99,
          maxCostUsd: null,
        };
        expect(drawTree(tree, options).join('\n')).toContain(
          `~${dollars(result.usage.costUsd ?? 0)}`,
        );
      });
    },
  );
});
