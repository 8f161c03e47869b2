import { describe, expect, it } from 'vitest';
import { apiError } from '../../host/modelScript';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string, before = 'Next step.') => `${before}\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = (text: string) =>
  cell(`answer["content"] = ${JSON.stringify(text)}\nanswer["ready"] = True`);

describe('a turn', () => {
  it.each(['repl', 'python', 'py'])('runs a fence marked %s', async (mark) => {
    const { requests, result } = await scriptedRun([
      `Look.\n\`\`\`${mark}\nprint(6 * 7)\n\`\`\``,
      submit('done'),
    ]);
    expect(requests[1]?.prompt).toContain('REPL output:\n42');
    expect(result).toMatchObject({ status: 'answered', answer: 'done', iterations: 2 });
  });

  it('does not cut code at a fence inside a triple-quoted string', async () => {
    const { requests } = await scriptedRun([
      cell('text = """\n```js\nlet a\n```\n"""\nprint(len(text.splitlines()), "lines")'),
      submit('done'),
    ]);
    expect(requests[1]?.prompt).toContain('4 lines');
  });

  it('lists the variables that a turn has made or changed, and counts the others', async () => {
    const { requests } = await scriptedRun([
      cell('a, b = 1, [1]'),
      cell('b.append(2)\n```\n\nThen\n\n```repl\nc = "x"'),
      cell('print(a)'),
      cell('FINAL("done")'),
    ]);
    const lists = requests.slice(1).map(({ prompt }) => /^Variables: .*$/m.exec(prompt)?.[0]);
    expect(lists).toEqual([
      'Variables: a: int, b: list[1]',
      'Variables: b: list[2], c: str[1] (and 1 as before)',
      'Variables: (3 as before)',
    ]);
  });

  it('runs a class statement, and keeps variables after an exception', async () => {
    const { requests } = await scriptedRun([
      cell('class Point:\n    x = 3\nkept = Point()\nraise ValueError("on purpose")'),
      cell('print("kept", kept.x)'),
      submit('done'),
    ]);
    expect(requests[1]?.prompt).toContain('ValueError: on purpose');
    expect(requests[1]?.prompt).toMatch(/Variables: .*kept: Point/);
    expect(requests[2]?.prompt).toContain('kept 3');
  });

  it('runs every fence in order until one fails', async () => {
    const { requests } = await scriptedRun([
      '```repl\nprint("one")\n```\nand\n```py\n1 / 0\n```\nand\n```py\nprint("three")\n```',
      submit('done'),
    ]);
    expect(requests[1]?.prompt).toMatch(/one[\s\S]*ZeroDivisionError/);
    expect(requests[1]?.prompt).not.toContain('three');
    expect(requests[1]?.prompt).toContain('1 fence(s) after the one that failed were not run');
  });

  it('reads the repository', async () => {
    const { requests, result } = await scriptedRun(
      [
        cell('print(grep("needle"))\nprint(read("src/a.txt", 2, 2))'),
        submit('It is at `src/a.txt:2`, not at src/a.txt:9.'),
        cell('answer["ready"] = True'),
      ],
      { files: { 'src/a.txt': 'hay\na needle\n' } },
    );
    expect(requests[0]?.prompt).toContain('src/');
    expect(requests[1]?.prompt).toContain('src/a.txt:2: a needle');
    expect(result.citations).toEqual([
      { path: 'src/a.txt', start: 2, end: 2, evidence: 'read' },
      { path: 'src/a.txt', start: 9, end: 9, evidence: 'wrong' },
    ]);
    expect(result.coverage).toMatchObject({ filesTotal: 1, filesMatched: 1, filesRead: 1 });
  });
});

describe('the conversation', () => {
  it('only ever appends', async () => {
    const { requests } = await scriptedRun([
      cell('print(1)'),
      'No code this time.',
      cell('1 / 0'),
      submit('done'),
    ]);
    expect(requests).toHaveLength(4);
    for (const [index, request] of requests.entries()) {
      const before = requests[index - 1]?.messages ?? [];
      expect(request.messages.slice(0, before.length)).toEqual(before);
      const roles = request.messages.map(({ role }) => role);
      expect(roles).toEqual(
        roles.map((_, i) => (i === 0 ? 'system' : i % 2 ? 'user' : 'assistant')),
      );
    }
  });

  it('numbers its turns and starts with a look at the context', async () => {
    const { requests } = await scriptedRun([cell('print(1)'), submit('done')], {
      question: 'Which way?',
      limits: { maxIterations: 7 },
    });
    expect(requests[0]?.messages[1]?.content).toMatch(
      /^<question>\nWhich way\?\n<\/question>[\s\S]*Turn 1\/7: Look at the context/,
    );
    expect(requests[1]?.prompt).toMatch(/Turn 2\/7:/);
  });
});

describe('sub-calls', () => {
  it('run concurrently up to the limit, and answer in order', async () => {
    let open = 0;
    let release = () => {};
    const full = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { requests, result, maxInFlight } = await scriptedRun(
      async ({ speaker, turn, prompt }) => {
        if (speaker === 'root') {
          return turn === 1
            ? cell('replies = llm_query_batched([f"item {i}" for i in range(40)])\nprint(replies)')
            : submit('done');
        }
        open += 1;
        if (open === 8) release();
        await full;
        return prompt.replace('item', 'reply');
      },
      { limits: { concurrency: 8 } },
    );
    expect(maxInFlight).toBe(8);
    const expected = Array.from({ length: 40 }, (_, i) => `'reply ${i}'`).join(', ');
    expect(requests.at(-1)?.prompt.replace(/\s+/g, ' ')).toContain(expected);
    expect(result).toMatchObject({ subcalls: 40, depth: 1 });
  });

  it('keep the slots that succeeded when one fails', async () => {
    const { requests } = await scriptedRun(({ speaker, turn, prompt }) => {
      if (speaker === 'root') {
        return turn === 1
          ? cell(
              'r = llm_query_batched(["a", "b", "c"])\nprint([x.failed for x in r], r[0], r[1], r[2])',
            )
          : submit('done');
      }
      return prompt === 'b' ? apiError(400, 'no such thing') : prompt.toUpperCase();
    });
    const shown = requests.at(-1)?.prompt ?? '';
    expect(shown).toContain('[False, True, False] A Error:');
    expect(shown).toContain('no such thing');
  });

  it('raise SubcallError when made alone', async () => {
    const { requests } = await scriptedRun(({ speaker, turn }) => {
      if (speaker === 'sub') return apiError(400, 'no such thing');
      return turn === 1
        ? cell('try:\n    llm_query("x")\nexcept SubcallError as e:\n    print("caught", e)')
        : submit('done');
    });
    expect(requests.at(-1)?.prompt).toMatch(/caught .*no such thing/);
  });
});

describe('an answer', () => {
  it('is held back once when it was set with output that the model has not seen', async () => {
    const { requests, result } = await scriptedRun([
      cell('print(2 + 2)\nanswer["content"] = "five"\nanswer["ready"] = True'),
      submit('four'),
    ]);
    expect(requests[1]?.prompt).toMatch(/held back[\s\S]*4/);
    expect(result).toMatchObject({ answer: 'four', iterations: 2 });
  });

  it('stands when it is made ready again', async () => {
    const { result } = await scriptedRun([
      cell('print(2 + 2)\nanswer["content"] = "four"\nanswer["ready"] = True'),
      cell('answer["ready"] = True'),
    ]);
    expect(result).toMatchObject({ answer: 'four', iterations: 2, status: 'answered' });
  });

  it.each([
    ['FINAL in code', cell('FINAL("done")')],
    ['FINAL_VAR in code', cell('x = "done"\nFINAL_VAR("x")')],
    ['FINAL in the text', 'I know it.\nFINAL("done")'],
  ])('may be submitted with %s', async (_, reply) => {
    const { result } = await scriptedRun([reply]);
    expect(result).toMatchObject({ answer: 'done', status: 'answered' });
  });

  it('is the text of a model that writes no code even when nudged, and says so', async () => {
    const { result, requests } = await scriptedRun(['It is blue.', 'It is blue, I said.']);
    expect(requests[1]?.prompt).toContain('no code');
    expect(result.status).toBe('answered');
    expect(result.withoutCode).toBe(true);
    expect(result.answer).toMatch(/^It is blue, I said\.[\s\S]*without looking at the context/);
  });

  it('is asked for once more when the turns are used up', async () => {
    const { result, requests } = await scriptedRun(
      ({ turn }) => (turn <= 3 ? cell('print("again")') : 'Best guess: `a.txt:1`.'),
      { limits: { maxIterations: 3 }, files: { 'a.txt': 'x' } },
    );
    expect(requests).toHaveLength(4);
    expect(requests[3]?.prompt).toMatch(/limit of 3 turns[\s\S]*best answer/);
    expect(result).toMatchObject({
      status: 'limit',
      answer: 'Best guess: `a.txt:1`.',
      iterations: 3,
    });
    expect(result.reason).toContain('3 turns');
    expect(result.citations).toEqual([{ path: 'a.txt', start: 1, end: 1, evidence: 'unread' }]);
  });

  it('is asked for when the sub-calls are used up', async () => {
    const { result } = await scriptedRun(
      ({ speaker, turn }) => {
        if (speaker === 'sub') return 'ok';
        if (turn === 1) return cell('print(llm_query_batched(["a", "b"]))');
        return turn === 2 ? cell('llm_query("c")') : 'What I know.';
      },
      { limits: { maxSubcalls: 2 } },
    );
    expect(result).toMatchObject({ status: 'limit', answer: 'What I know.' });
    expect(result.reason).toContain('2 sub-calls');
  });

  it('is not asked for when a batch has more sub-calls than are left', async () => {
    const { result, requests } = await scriptedRun(
      ({ speaker, turn }) => {
        if (speaker === 'sub') return 'ok';
        if (turn === 1) return cell('llm_query("a")\nprint(llm_query_batched(["a", "b", "c"]))');
        return cell('FINAL(" ".join(llm_query_batched(["a and b", "c"])))');
      },
      { limits: { maxSubcalls: 3 } },
    );
    expect(result).toMatchObject({ status: 'answered', answer: 'ok ok', subcalls: 3 });
    expect(requests.at(-3)?.prompt).toContain('None was made. Ask for 2 at most');
    expect(requests[0]?.messages[0]?.content).toContain('may ask 3 times');
  });

  it('falls back to the draft when the last request fails', async () => {
    const { result } = await scriptedRun(
      ({ turn }) => (turn === 1 ? cell('answer["content"] = "so far"') : apiError(400, 'broken')),
      { limits: { maxIterations: 1 } },
    );
    expect(result).toMatchObject({ status: 'limit', answer: 'so far' });
  });
});

describe('trouble', () => {
  it('of the model ends the run with the reason and the draft', async () => {
    const { result } = await scriptedRun([
      cell('answer["content"] = "so far"'),
      apiError(401, 'Incorrect API key'),
    ]);
    expect(result).toMatchObject({ status: 'error', fault: 'model', answer: 'so far' });
    expect(result.reason).toMatch(/key/i);
  });

  it('of the kernel is told to the model, which goes on in a new one', async () => {
    const { requests, result } = await scriptedRun([
      cell('x = 1\nimport os\nos._exit(3)'),
      cell('print("x" in globals())'),
      submit('done'),
    ]);
    expect(requests[1]?.prompt).toMatch(/restarted[\s\S]*variables[\s\S]*gone/);
    expect(requests[2]?.prompt).toContain('REPL output:\nFalse');
    expect(result.status).toBe('answered');
  });

  it('of a reply cut in the middle of its code runs nothing', async () => {
    const { requests } = await scriptedRun([
      { text: '```repl\nprint("half', finishReason: 'length' },
      submit('done'),
    ]);
    expect(requests[1]?.prompt).toContain('cut off');
  });
});

describe('cancelling', () => {
  it.each([
    ['a model call', { stall: true } as const],
    ['a cell', cell('while True: pass')],
    ['a sub-call', cell('llm_query("wait")')],
  ])('in %s ends the run as cancelled', async (_, reply) => {
    const controller = new AbortController();
    const abort = () => setImmediate(() => controller.abort());
    const { result } = await scriptedRun(
      ({ speaker, turn }) => {
        if (speaker === 'sub') {
          abort();
          return { stall: true };
        }
        if (typeof reply !== 'string') abort();
        return turn === 1 ? reply : submit('never');
      },
      {
        signal: controller.signal,
        onEvent: (event) => {
          const looping =
            event.type === 'body' && event.part === 'code' && /while/.test(event.text);
          if (looping) abort();
        },
      },
    );
    expect(result).toMatchObject({ status: 'cancelled', reason: 'Cancelled.', fault: null });
  });
});

describe('the log', () => {
  it('has every event but no key', async () => {
    const { log, events, result } = await scriptedRun([
      cell('print("the key is test-key-000")'),
      submit('done'),
    ]);
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(lines[0]).toMatchObject({ type: 'run-started', run: result.run });
    expect(lines.at(-1)).toMatchObject({ type: 'node-ended', outcome: 'ok' });
    const started = events.filter(({ type }) => type === 'node-started');
    expect(lines.filter(({ type }) => type === 'node-started')).toHaveLength(started.length);
    expect(log).not.toContain('test-key-000');
  });
});
