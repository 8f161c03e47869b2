import { describe, expect, it } from 'vitest';
import { scriptedRun } from '../../host/scriptedRun';
import { asked } from './askedRlm';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = (text: string) => cell(`FINAL(${JSON.stringify(text)})`);

describe('rlm_query', () => {
  it('starts a child with its own kernel and the context that it is given', async () => {
    const { result, requests } = await scriptedRun(
      (request) => {
        const { question, turn } = asked(request);
        if (question === 'top') {
          return turn === 1
            ? cell('x = 1\nprint(rlm_query("child", context={"rows": [1, 2, 3]}))')
            : submit('done');
        }
        return turn === 1
          ? cell('print(sum(context["rows"]), "x" in globals())')
          : cell('FINAL(str(sum(context["rows"])))');
      },
      { question: 'top', limits: { maxDepth: 2 } },
    );
    expect(requests[1]?.messages[1]?.content).toContain('`context` is a dict of 1 key: "rows"');
    expect(requests[1]?.messages[0]?.content).toContain('Another model asks you');
    expect(requests[0]?.messages[0]?.content).not.toContain('Another model asks you');
    expect(requests[2]?.prompt).toContain('6 False');
    expect(requests[3]?.prompt).toContain('REPL output:\n6');
    expect(result).toMatchObject({ status: 'answered', depth: 1, subcalls: 1 });
  });

  it.each([
    [2, ['start', 'prepare', 'prepare']],
    [1, ['start']],
  ])(
    'has a kernel ready for the next child at depth %i, if there can be one',
    async (depth, expected) => {
      const begun: string[] = [];
      await scriptedRun(
        (request) => {
          const { question, turn } = asked(request);
          if (request.speaker === 'sub') return 'heard';
          return question === 'top' && turn === 1
            ? cell('print(rlm_query("child"))')
            : submit('done');
        },
        {
          question: 'top',
          limits: { maxDepth: depth },
          wrapKernels: (kernels) => ({
            kind: kernels.kind,
            start(options) {
              begun.push('start');
              return kernels.start(options);
            },
            async prepare(signal) {
              begun.push('prepare');
              const spare = await kernels.prepare?.(signal);
              if (!spare) throw new Error('These kernels are never prepared.');
              return spare;
            },
          }),
        },
      );
      expect(begun).toEqual(expected);
    },
  );

  it('gives a child its parent’s repository when it names no context', async () => {
    const { requests } = await scriptedRun(
      (request) => {
        const { question, turn } = asked(request);
        if (question === 'top')
          return turn === 1 ? cell('print(rlm_query("child"))') : submit('done');
        return turn === 1 ? cell('found = grep("needle")[0].path') : cell('FINAL_VAR("found")');
      },
      { question: 'top', limits: { maxDepth: 2 }, files: { 'a/b.txt': 'a needle' } },
    );
    expect(requests.at(-1)?.prompt).toContain('REPL output:\na/b.txt');
  });

  it('is a plain sub-call where the depth limit is reached', async () => {
    const { requests, result } = await scriptedRun(
      (request) =>
        request.speaker === 'sub'
          ? `heard: ${request.prompt}`
          : request.turn === 1
            ? cell('print(rlm_query("child", context="some text"))')
            : submit('done'),
      { limits: { maxDepth: 1 } },
    );
    expect(requests[0]?.messages[0]?.content).toContain('are plain sub-calls here');
    expect(requests[1]?.messages).toEqual([
      { role: 'system', content: expect.stringContaining('report only what the text says') },
      { role: 'user', content: 'child\n\nsome text' },
    ]);
    expect(result).toMatchObject({ subcalls: 1, depth: 1 });
  });

  it('keeps the answers of a batch in order when a child fails', async () => {
    const { requests } = await scriptedRun(
      (request) => {
        const { question, turn } = asked(request);
        if (question === 'top') {
          return turn === 1
            ? cell(
                'r = rlm_query_batched(["a", "bad", "c"])\nprint([(x.failed, x[:12]) for x in r])',
              )
            : submit('done');
        }
        if (question === 'bad') return { status: 400, body: { error: { message: 'refused' } } };
        return submit(`answer ${question}`);
      },
      { question: 'top', limits: { maxDepth: 2 } },
    );
    const shown = requests.at(-1)?.prompt ?? '';
    expect(shown).toMatch(/\(False, 'answer a'\), \(True, 'Error: /);
    expect(shown).toContain("(False, 'answer c')");
  });

  it('names what JSON can’t hold', async () => {
    const { requests } = await scriptedRun(
      [cell('rlm_query("x", context={1, 2})'), submit('done')],
      { limits: { maxDepth: 2 } },
    );
    expect(requests[1]?.prompt).toMatch(/TypeError: context must be a str, a list, a dict/);
  });
});

describe('a sub-call', () => {
  it('that was asked before is answered from memory, also while it is under way', async () => {
    const { requests, result } = await scriptedRun(({ speaker, turn }) => {
      if (speaker === 'sub') return 'same';
      return turn === 1
        ? cell('print(llm_query_batched(["q"] * 5), llm_query("q"))')
        : submit('done');
    });
    expect(requests.filter(({ speaker }) => speaker === 'sub')).toHaveLength(1);
    expect(result.subcalls).toBe(6);
  });
});
