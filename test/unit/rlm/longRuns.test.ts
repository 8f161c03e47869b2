import { describe, expect, it } from 'vitest';
import { emptyTree, reduce } from '../../../src/trajectory/tree';
import { apiError } from '../../host/modelScript';
import { startModelServer } from '../../host/modelServer';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string, before = 'Next step.') => `${before}\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = (text: string) => cell(`FINAL(${JSON.stringify(text)})`);

describe('a conversation that outgrows the model', () => {
  it('is shortened to the question and a summary, with all of it in `history`', async () => {
    const { requests, result } = await scriptedRun(
      [
        { text: cell('found = 42\nprint("a clue")'), usage: { prompt: 7000, completion: 2000 } },
        'The clue is in `found`.',
        {
          text: cell('print(found, len(history), history[0]["role"], "clue" in str(history[2]))'),
          usage: { prompt: 4000, completion: 20 },
        },
        submit('done'),
      ],
      { question: 'Where is it?', contextWindow: 10_000 },
    );
    expect(requests[1]?.prompt).toMatch(/a clue[\s\S]*about to outgrow/);
    const roles = requests[2]?.messages.map(({ role }) => role);
    expect(roles).toEqual(['system', 'user']);
    expect(requests[2]?.prompt).toMatch(
      /<question>\nWhere is it\?[\s\S]*variable `history`[\s\S]*The clue is in `found`\.[\s\S]*Turn 2\//,
    );
    expect(requests[3]?.prompt).toContain('42 4 user True');
    expect(result).toMatchObject({ status: 'answered', answer: 'done' });
  });

  it('goes on without a summary when it is too long even for asking for one', async () => {
    const { requests, result } = await scriptedRun(
      [
        {
          text: cell('found = 42\nprint("a clue")', 'I look for a clue.'),
          usage: { prompt: 7000, completion: 2000 },
        },
        apiError(400, 'This model’s maximum context length is 10 tokens.', {
          code: 'context_length_exceeded',
        }),
        cell('print(found, len(history))'),
        submit('done'),
      ],
      { contextWindow: 10_000 },
    );
    expect(requests[1]?.prompt).toContain('about to outgrow');
    expect(requests[2]?.messages).toHaveLength(2);
    expect(requests[2]?.prompt).toMatch(/- I look for a clue[\s\S]*last thing shown[\s\S]*a clue/);
    expect(requests[2]?.prompt).not.toContain('about to outgrow');
    expect(requests[3]?.prompt).toContain('42 3');
    expect(result).toMatchObject({ status: 'answered', answer: 'done' });
  });

  it('goes on without a summary when the model has none to give', async () => {
    const { requests, result } = await scriptedRun(
      [
        {
          text: cell('found = 42\nprint("a clue")', 'I look for a clue.'),
          usage: { prompt: 7000, completion: 2000 },
        },
        '',
        submit('done'),
      ],
      { contextWindow: 10_000 },
    );
    expect(requests[2]?.prompt).toMatch(/- I look for a clue[\s\S]*last thing shown[\s\S]*a clue/);
    expect(result).toMatchObject({ status: 'answered', answer: 'done' });
  });

  it('goes on without a summary when the provider refuses its length', async () => {
    const { requests, result } = await scriptedRun([
      cell('found = 42\nprint("a clue")', 'I look for a clue.'),
      apiError(400, 'This model’s maximum context length is 10 tokens.', {
        code: 'context_length_exceeded',
      }),
      submit('done'),
    ]);
    expect(requests[2]?.messages).toHaveLength(2);
    expect(requests[2]?.prompt).toMatch(/- I look for a clue[\s\S]*last thing shown[\s\S]*a clue/);
    expect(result.status).toBe('answered');
  });
});

describe('a server that reads only a part of what it is sent', () => {
  const ps = { models: [{ name: 'scripted', model: 'scripted', context_length: 4096 }] };
  const cut = (text: string) => ({ text, usage: { prompt: 2050, completion: 5 } });

  it('is found out before the first answer, and the person is told what to do', async () => {
    const server = await startModelServer([cut(submit('made up'))], { pages: { '/api/ps': ps } });
    const notices: string[] = [];
    try {
      const { result, requests } = await scriptedRun([], {
        server,
        // Too long for such a context, question and all.
        question: `What is here? ${'Look closely. '.repeat(400)}`,
        onNotice: (message) => notices.push(message),
      });
      expect(requests).toHaveLength(1);
      expect(result).toMatchObject({ status: 'error', fault: 'model', answer: '' });
      expect(result.reason).toMatch(/cut the prompt .*OLLAMA_CONTEXT_LENGTH=32768/);
      expect(result.usage).toMatchObject({ inputTokens: 2050, outputTokens: 5 });
      // The run has ended with that: it is not told twice.
      expect(notices).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('makes slots fail, with what they were and how long', async () => {
    const notices: string[] = [];
    const server = await startModelServer(
      ({ speaker, turn, prompt }) => {
        if (speaker === 'sub') return prompt.length > 9_000 ? cut('made up') : 'read';
        return turn === 1
          ? cell(
              'for r in llm_query_batched(["short", "long words " * 3000, "long words " * 4000]): print(r)',
            )
          : submit('done');
      },
      { pages: { '/api/ps': ps } },
    );
    try {
      const { result, requests } = await scriptedRun([], {
        server,
        onNotice: (message) => notices.push(message),
      });
      const shown = requests.at(-1)?.prompt ?? '';
      expect(shown).toMatch(
        /^REPL output:\nread\nError: prompts\[1\] has 33,000 characters\. \S+ cut the/m,
      );
      expect(shown).toMatch(
        /^Error: prompts\[2\] has 44,000 characters\. .*read 2,050 of its about 8,0\d\d tok/m,
      );
      expect(shown).not.toContain('made up');
      expect(result.status).toBe('answered');
      expect(notices).toHaveLength(1);
    } finally {
      await server.close();
    }
  });
});

describe('nudges', () => {
  const question = 'Which of these functions writes to a file?';

  it('a root that hands the whole question to a single sub-model', async () => {
    const { requests } = await scriptedRun(
      ({ speaker, turn }) => {
        if (speaker === 'sub') return 'no idea';
        if (turn === 3) return submit('done');
        return cell(turn === 1 ? 'print(llm_query(f"{q}"))'.replace('{q}', question) : 'print(1)');
      },
      { question },
    );
    const roots = requests.filter(({ speaker }) => speaker === 'root');
    expect(roots[1]?.prompt).toContain('You handed on the whole question');
    expect(roots[2]?.prompt).not.toContain('whole question');
  });

  it('a root that verifies the same thing again', async () => {
    const { requests } = await scriptedRun([
      cell('print(1)'),
      cell('print(2)'),
      cell('print( 1)'.replace('( ', '(')),
      submit('done'),
    ]);
    expect(requests[2]?.prompt).not.toContain('the same code before');
    expect(requests[3]?.prompt).toContain('the same code before');
  });

  it('nobody who asks narrow questions about pieces', async () => {
    const { requests } = await scriptedRun(
      ({ speaker, turn }) => {
        if (speaker === 'sub') return 'no';
        return turn === 1 ? cell('print(llm_query_batched(["a?", "b?"]))') : submit('done');
      },
      { question },
    );
    expect(requests.at(-1)?.prompt).not.toContain('handed on the whole');
  });
});

describe('errors in a row', () => {
  it('are replies, too, that never get to the end of their code', async () => {
    const { result, requests } = await scriptedRun(({ prompt }) =>
      prompt.includes('best answer')
        ? 'What I know.'
        : { text: 'I begin.\n\n```repl\nx = [1,', finishReason: 'length' },
    );
    expect(result).toMatchObject({ status: 'limit', answer: 'What I know.', iterations: 8 });
    expect(result.reason).toContain('8 turns in a row');
    expect(requests).toHaveLength(9);
  });

  it('end the run with the best answer', async () => {
    const { result, requests } = await scriptedRun(({ prompt }) =>
      prompt.includes('best answer') ? 'What I know.' : cell('1 / 0'),
    );
    expect(result).toMatchObject({ status: 'limit', answer: 'What I know.', iterations: 8 });
    expect(result.reason).toContain('8 turns in a row failed');
    expect(requests).toHaveLength(9);
  });
});

describe('a provider in trouble', () => {
  it('that answers 429 half the time is asked again, and no slot that succeeded twice', async () => {
    const answered = new Map<string, number>();
    let number = 0;
    const { result, requests } = await scriptedRun(({ speaker, turn, prompt }) => {
      number += 1;
      if (number % 2 === 1) {
        return apiError(429, 'slow down', { headers: { 'retry-after-ms': '1' } });
      }
      if (speaker === 'sub') {
        answered.set(prompt, (answered.get(prompt) ?? 0) + 1);
        return `reply to ${prompt}`;
      }
      return turn < 3
        ? cell(
            'r = llm_query_batched([f"p{i}" for i in range(30)])\nprint(sum(x.failed for x in r), "failed")',
          )
        : submit('done');
    });
    expect(requests.some(({ prompt }) => prompt.includes('0 failed'))).toBe(true);
    expect(result.status).toBe('answered');
    expect([...answered.values()].every((times) => times === 1)).toBe(true);
    expect(answered.size).toBe(30);
  });

  it.each([
    ['drops connections', { drop: 'mid-stream' } as const],
    ['returns garbage', { garbage: true } as const],
    ['answers without choices', { emptyChoices: true } as const],
    ['fails', apiError(503, 'overloaded', { headers: { 'retry-after-ms': '1' } })],
  ])(
    'that %s now and then does not stop the run',
    async (_, trouble) => {
      const seen = new Set<string>();
      const { result } = await scriptedRun(({ speaker, prompt, messages }) => {
        const key = `${messages.length} ${prompt}`;
        if (!seen.has(key)) {
          seen.add(key);
          return trouble;
        }
        if (speaker === 'sub') return 'fine';
        return messages.length === 2 ? cell('print(llm_query("x"))') : submit('done');
      });
      expect(result).toMatchObject({ status: 'answered', answer: 'done' });
    },
    30_000,
  );

  it('for good ends the run with a clear reason', async () => {
    const { result } = await scriptedRun(() =>
      apiError(503, 'overloaded', { headers: { 'retry-after-ms': '1' } }),
    );
    expect(result).toMatchObject({ status: 'error', fault: 'model' });
    expect(result.reason).toContain('503');
  });
});

describe('a call that is made again', () => {
  it('is called so while it waits, and then what it was', async () => {
    let asked = 0;
    const { events } = await scriptedRun(({ speaker, turn }) => {
      if (speaker === 'root') return turn === 1 ? cell('llm_query("Read this.")') : submit('done');
      asked += 1;
      return asked === 1
        ? apiError(429, 'slow down', { headers: { 'retry-after-ms': '1' } })
        : 'fine';
    });
    const tree = events.reduce(reduce, emptyTree());
    const call = [...tree.nodes.values()].find(({ kind }) => kind === 'subcall');
    const names = events.flatMap((event) =>
      event.type === 'node-progress' && event.node === call?.id ? (event.summary ?? []) : [],
    );
    expect(names).toEqual(['Read this · rate limited, asking again in 1 s', 'Read this']);
    expect(call).toMatchObject({ status: 'ok', summary: 'Read this' });
  });
});

describe('a limit in the middle of a batch', () => {
  it('ends the turn before the model is asked once more', async () => {
    const { events } = await scriptedRun(
      ({ prompt }) => (prompt.includes('best answer') ? 'What I know.' : { stall: true }),
      { limits: { timeoutMs: 3_000 } },
    );
    const turns = events.flatMap((event) =>
      event.type === 'node-started' && event.kind === 'iteration' ? event.node : [],
    );
    const story = events.flatMap((event) =>
      turns.includes(event.node) && (event.type === 'node-started' || event.type === 'node-ended')
        ? `${turns.indexOf(event.node) + 1} ${event.type === 'node-ended' ? event.outcome : 'starts'}`
        : [],
    );
    expect(story).toEqual(['1 starts', '1 stopped', '2 starts', '2 ok']);
  });

  it('leaves the slots that are finished to the code, and their fate to the last answer', async () => {
    const { result, requests } = await scriptedRun(
      ({ speaker, prompt }) => {
        if (speaker === 'sub') {
          return prompt === 'slow' ? { stall: true } : { text: 'paid for', delayMs: 5 };
        }
        return prompt.includes('best answer')
          ? 'What I know.'
          : cell('r = llm_query_batched(["fast", "slow"])\nprint(r[0], r[1].failed)');
      },
      { limits: { timeoutMs: 5_000 } },
    );
    expect(result).toMatchObject({ status: 'limit', answer: 'What I know.' });
    expect(requests.at(-1)?.prompt).toMatch(/paid for True[\s\S]*time limit[\s\S]*best answer/);
  });
});

describe('a sub-call', () => {
  it('that is too long names its slot and its size', async () => {
    const { requests } = await scriptedRun(({ speaker, turn, prompt }) => {
      if (speaker === 'root') {
        return turn === 1
          ? cell('r = llm_query_batched(["a", "b" * 5000])\nprint(r[0], r[1])')
          : submit('done');
      }
      if (prompt === 'a') return 'fine';
      return apiError(400, 'too long', { code: 'context_length_exceeded' });
    });
    expect(requests.at(-1)?.prompt).toContain('fine Error: prompts[1] has 5,000 characters.');
  });

  it('whose reply was cut says so', async () => {
    const { requests } = await scriptedRun(({ speaker, turn }) => {
      if (speaker === 'sub') return { text: 'one two', finishReason: 'length' };
      return turn === 1 ? cell('print(llm_query("count"))') : submit('done');
    });
    expect(requests.at(-1)?.prompt).toContain('one two\n[The reply was cut off here');
  });
});
