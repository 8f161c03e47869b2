import { describe, expect, it } from 'vitest';
import type { ScriptedReply } from '../../host/modelScript';
import { type ScriptedRunOptions, scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = (text: string) =>
  cell(`answer["content"] = ${JSON.stringify(text)}\nanswer["ready"] = True`);
const files = { 'src/a.py': 'TIMEOUT = 30\n\n\ndef send(): pass\n', 'src/b.py': 'x = 1\ny = 2\n' };
const look = cell('print(grep("TIMEOUT"))');
const right = 'It is 30 s (src/a.py:1).';

const ask = (replies: readonly ScriptedReply[], options: ScriptedRunOptions = {}) =>
  scriptedRun(replies, { files, question: 'How long may a request take?', ...options });

describe('a run', () => {
  it.each([
    ['a plan', 'I will now search the repository.', 'plan of what to do next'],
    ['a tool call', '{"name": "search_web", "arguments": {"q": "x"}}', 'tool call'],
    ['an excuse', "I'm sorry, but I can't access the repository.", 'excuse'],
    ['the question', 'How long may a request take?', 'repeats'],
    ['dots', '...', 'empty'],
  ])('does not end on %s, and goes on', async (_, junk, told) => {
    const { result, requests } = await ask([junk, junk, look, submit(right)]);
    expect(requests[1]?.prompt).toContain('Your reply had no code');
    expect(requests[2]?.prompt).toMatch(new RegExp(`not accepted: .*${told}`));
    expect(result).toMatchObject({ status: 'answered', answer: right, withoutCode: false });
  });

  it('ends with a reason, and no answer, when nothing else comes', async () => {
    const { result, requests } = await scriptedRun(() => 'I will now search the repository.', {
      files,
    });
    expect(result).toMatchObject({ status: 'limit', answer: '' });
    expect(result.reason).toMatch(
      /gave as its answer was none, 4 times in a row.*plan of what to do/,
    );
    // The first is told that code is wanted, four more are no answer, the last is asked for one.
    expect(requests).toHaveLength(6);
  });

  it.each(['', '  \n', '{}', 'None', 'TODO', "{'a': 1}"])(
    'does not end on %j as often as it is submitted',
    async (nothing) => {
      const { result, requests } = await scriptedRun(
        ({ prompt, turn }) =>
          prompt.includes('best answer') ? right : turn === 1 ? look : submit(nothing),
        { files },
      );
      expect(requests[2]?.prompt).toContain('is not accepted: it is');
      expect(result).toMatchObject({ status: 'limit', answer: right });
    },
  );

  it('does not end on text that was cut off', async () => {
    const cut = { text: 'It is 30 s because the', finishReason: 'length' };
    const { result, requests } = await ask([cut, cut, look, submit(right)]);
    expect(requests[2]?.prompt).toContain('cut off before its end');
    expect(result.answer).toBe(right);
  });

  it('has the answer that is text in a fence, with its citations', async () => {
    const fenced = `\`\`\`markdown\n${right}\n\`\`\``;
    const { result } = await ask([look, fenced, fenced]);
    expect(result.citations).toEqual([{ path: 'src/a.py', start: 1, end: 1, evidence: 'read' }]);
    expect(result.answer).toMatch(/^It is 30 s \(src\/a\.py:1\)\./);
  });

  it('at a limit has the draft rather than junk', async () => {
    const { result } = await scriptedRun(
      ({ turn }) =>
        turn === 1 ? cell(`answer["content"] = "So far: 30 s."`) : cell('print("more")'),
      { files, limits: { maxIterations: 1 } },
    );
    expect(result).toMatchObject({ status: 'limit', answer: 'So far: 30 s.' });
  });
});

describe('an answer that cites nothing where nobody looked', () => {
  it('is objected to once', async () => {
    const { result, requests } = await ask([submit('It is 60 s.'), look, submit(right)]);
    expect(requests[1]?.prompt).toContain('none of your code has looked at the repository');
    expect(result).toMatchObject({ status: 'answered', answer: right });
    const insists = await ask([submit('It is 60 s.'), submit('It is 60 s.')]);
    expect(insists.result).toMatchObject({ status: 'answered', answer: 'It is 60 s.' });
  });

  it('is so as text, too', async () => {
    const { requests, result } = await ask(['It is 60 s.', 'It is 60 s.', 'It is 60 s.']);
    expect(requests[2]?.prompt).toContain('none of your code has looked at the repository');
    expect(result).toMatchObject({ status: 'answered', withoutCode: true });
    expect(result.answer).toContain('without looking at the context');
  });

  it.each([
    [
      'with a look that found nothing',
      [cell('print(grep("no such word"))'), submit('There is none.')],
      {},
    ],
    ['of an empty repository', [submit('There is none.')], { files: {} }],
    [
      'about a document',
      [cell('print(len(context))'), submit('It has three characters.')],
      { subject: { kind: 'documents', documents: [{ name: 'a.txt', text: 'abc' }] } },
    ],
  ] as [string, string[], ScriptedRunOptions][])('is none %s', async (_, replies, options) => {
    const { result, requests } = await ask(replies, options);
    expect(requests).toHaveLength(replies.length);
    expect(result.status).toBe('answered');
  });
});

describe('an answer with places that nobody saw', () => {
  it('is objected to once, with the places', async () => {
    const made = 'It is 60 s (src/b.py:2), and 30 s in src/a.py:1.';
    const { requests, result } = await ask([look, submit(made), submit(right)]);
    expect(requests[2]?.prompt).toMatch(/`src\/b\.py:2`: these lines were shown to no model/);
    expect(requests[2]?.prompt).not.toContain('`src/a.py:1`:');
    expect(result.answer).toBe(right);
  });

  it.each([
    ['read by code', 'text = read("src/b.py", 2, 2)'],
    ['found by a search', 'found = grep("y = 2")'],
    ['in a prompt', 'reply = llm_query(read("src/b.py"))'],
  ])('is none where they were %s', async (_, code) => {
    const { result } = await scriptedRun(
      ({ speaker, turn }) =>
        speaker === 'sub' ? 'two' : turn === 1 ? cell(code) : submit('It is two (src/b.py:2).'),
      { files },
    );
    expect(result).toMatchObject({ status: 'answered', iterations: 2 });
  });

  it('is none where the README was told, or the question before was about them', async () => {
    const readme = { 'README.md': '# Demo\n\nIt waits 30 s.\n' };
    const { result } = await ask([submit('30 s (README.md:3).')], { files: readme });
    expect(result).toMatchObject({ status: 'answered', iterations: 1 });
  });
});

describe('the note below an answer that is text', () => {
  it('says that code ran before and looked', async () => {
    const { result } = await ask([look, right, right]);
    expect(result.answer).toMatch(
      /^It is 30 s[^>]*> The model gave this answer as text.*ran in 1 turn and looked at the context\.$/s,
    );
    expect(result.answer).not.toContain('without looking');
  });

  it('says that code ran before and did not look', async () => {
    const { result } = await ask([cell('print(1)'), 'It is 60 s.', 'It is 60 s.', 'It is 60 s.']);
    expect(result.answer).toMatch(/ran in 1 turn, but never looked at the context/);
  });
});

describe('a question about a small context', () => {
  it('goes on in the loop when the direct reply is no answer', async () => {
    const { result, events } = await ask(['I will now read the file.', look, submit(right)], {
      direct: 'auto',
    });
    expect(result).toMatchObject({ status: 'answered', answer: right });
    const reasons = events.flatMap((event) => (event.type === 'node-ended' ? [event.reason] : []));
    expect(reasons).toContainEqual(
      expect.stringContaining('The reply is no answer: it reads as a plan'),
    );
  });
});

describe('the whole question in a batch', () => {
  const question = 'How long may a request take before it is given up?';
  const batch = (beside: string) =>
    `print(len(llm_query_batched([${JSON.stringify(question)} + ${beside} for n in range(4)])))`;
  const nudged = async (code: string) => {
    const { requests } = await scriptedRun(
      ({ speaker, turn }) => (speaker === 'sub' ? 'x' : turn === 1 ? cell(code) : submit('done')),
      { question },
    );
    return requests.at(-1)?.prompt.includes('You handed on the whole question') ?? false;
  };

  it('gets the nudge that one call gets', async () => {
    expect(await nudged(batch('str(n)'))).toBe(true);
    expect(await nudged(`print(llm_query(${JSON.stringify(question)}))`)).toBe(true);
  });

  it('gets none with text to each, or in one of several', async () => {
    expect(await nudged(batch('"text " * 1000'))).toBe(false);
    expect(
      await nudged(`print(len(llm_query_batched([${JSON.stringify(question)}, "narrow"])))`),
    ).toBe(false);
  });
});
