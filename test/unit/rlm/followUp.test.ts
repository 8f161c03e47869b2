import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPastRun } from '../../../src/rlm/replay/pastRun';
import { OpenSession } from '../../../src/rlm/sessions/openSession';
import { type ScriptedRun, scriptedRun } from '../../host/scriptedRun';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fathom-follow-up-'));
});
afterEach(() => rm(folder, { recursive: true }));

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
const files = { 'a.txt': 'alpha\n', 'b.txt': 'beta\n' };

/** Asks about two files through a sub-model, prints, and submits. */
const first = [
  cell('texts = {f.path: context[f.path] for f in files()}\nprint(sorted(texts))'),
  cell('reply = llm_query("What is " + texts["a.txt"])\nprint(reply)'),
  'a letter',
  cell('FINAL("It is " + reply)'),
];

async function logOf({ result }: ScriptedRun) {
  return { past: await readPastRun(result.trajectory ?? '') };
}

describe('a follow-up to a run that has ended', () => {
  it('has the conversation and the variables, and asks no model again', async () => {
    const before = await scriptedRun(first, { files, logFolder: folder, question: 'What is a?' });
    expect(before.result).toMatchObject({ status: 'answered', answer: 'It is a letter' });
    const after = await scriptedRun([cell('FINAL(f"{reply}, {texts}")')], {
      // The files have changed since: the variables are as they were.
      files: { 'a.txt': 'omega\n' },
      logFolder: folder,
      question: 'And what else?',
      continues: { how: 'follow-up', ...(await logOf(before)) },
    });
    expect(after.requests).toHaveLength(1);
    expect(after.result).toMatchObject({
      status: 'answered',
      answer: "a letter, {'a.txt': 'alpha\\n', 'b.txt': 'beta\\n'}",
      subcalls: 0,
      iterations: 1,
    });
    const sent = before.requests.findLast(({ speaker }) => speaker === 'root')?.messages ?? [];
    const messages = after.requests[0]?.messages ?? [];
    expect(messages.slice(0, sent.length)).toEqual(sent);
    expect(messages).toHaveLength(sent.length + 2);
    expect(messages[sent.length]).toEqual({ role: 'assistant', content: first[3] });
    expect(messages.at(-1)?.content).toMatch(/^<question>\nAnd what else\?\n<\/question>/);
    expect(messages.at(-1)?.content).toMatch(
      /\nTurn 1\/30: What the conversation above found counts\./,
    );
    expect(messages.at(-1)?.content).not.toContain('Look at the context before you answer');
  });

  it('remembers the replies of the run before, should they be asked for again', async () => {
    const before = await scriptedRun(first, { files, logFolder: folder });
    const after = await scriptedRun([cell('FINAL(llm_query("What is " + texts["a.txt"]))')], {
      files,
      logFolder: folder,
      continues: { how: 'follow-up', ...(await logOf(before)) },
    });
    expect(after.result.answer).toBe('a letter');
    expect(after.requests).toHaveLength(1);
  });

  it('goes on from a follow-up, as often as one likes', async () => {
    let run = await scriptedRun(first, { files, logFolder: folder });
    for (let round = 1; round <= 3; round++) {
      run = await scriptedRun(
        [cell(`n${round} = ${round}\nprint(n${round})`), cell('FINAL(dir())')],
        {
          files,
          logFolder: folder,
          continues: { how: 'follow-up', ...(await logOf(run)) },
        },
      );
      expect(run.requests).toHaveLength(2);
    }
    for (const name of ['texts', 'reply', 'n1', 'n2', 'n3']) {
      expect(run.result.answer).toContain(`'${name}'`);
    }
    expect(run.requests[0]?.messages.filter(({ role }) => role === 'assistant')).toHaveLength(7);
  });

  it('knows what was said before the conversation was shortened, and after', async () => {
    const contextWindow = 10_000;
    const before = await scriptedRun(
      [
        {
          text: cell('found = 40 + len(files())\nprint("a clue")'),
          usage: { prompt: 7_000, completion: 2_000 },
        },
        'The clue is in `found`.',
        { text: cell('print(len(history))'), usage: { prompt: 4_000, completion: 20 } },
        cell('FINAL("done")'),
      ],
      { files, logFolder: folder, contextWindow, question: 'Where is it?' },
    );
    expect(before.result.answer).toBe('done');
    const sent = before.requests.at(-1)?.messages ?? [];
    const after = await scriptedRun(
      [cell('print(found, len(history), "a clue" in str(history))'), cell('FINAL("so")')],
      {
        files,
        logFolder: folder,
        contextWindow,
        question: 'And then?',
        continues: { how: 'follow-up', ...(await logOf(before)) },
      },
    );
    const messages = after.requests[0]?.messages ?? [];
    expect(messages.slice(0, sent.length)).toEqual(sent);
    expect(messages.at(-1)?.content).toContain('And then?');
    expect(after.requests[1]?.prompt).toContain('42 4 True');
  });

  it('is shortened to its own question when the conversation outgrows the model again', async () => {
    const before = await scriptedRun(first, { files, logFolder: folder, question: 'What is a?' });
    const after = await scriptedRun(
      [
        { text: cell('more = 7'), usage: { prompt: 7_000, completion: 2_000 } },
        'The letter is in `reply`.',
        { text: cell('print(reply, more, len(history))'), usage: { prompt: 4_000, completion: 9 } },
        cell('FINAL("so")'),
      ],
      {
        files,
        logFolder: folder,
        contextWindow: 10_000,
        question: 'And b?',
        continues: { how: 'follow-up', ...(await logOf(before)) },
      },
    );
    expect(after.result.answer).toBe('so');
    const shortened = after.requests[2]?.messages ?? [];
    expect(shortened.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(shortened[1]?.content).toMatch(/And b\?[\s\S]*The letter is in `reply`/);
    // All that was said is still there: three turns before, and then the question with its first turn.
    expect(after.requests[3]?.prompt).toContain('a letter 7 10');
  });

  it('that was killed is resumed itself, with the run before it', async () => {
    const before = await scriptedRun(first, { files, logFolder: folder });
    const script = [
      cell('more = llm_query("more " + reply)\nprint(more)'),
      'yes',
      cell('FINAL(more)'),
    ];
    const whole = await scriptedRun(script, {
      files,
      logFolder: folder,
      question: 'And b?',
      continues: { how: 'follow-up', ...(await logOf(before)) },
    });
    expect(whole.result.answer).toBe('yes');
    const lines = whole.log.trimEnd().split('\n');
    const answered = lines.findLastIndex((line) => line.includes('"part":"response","text":"yes"'));
    const path = join(folder, `${whole.result.run}.jsonl`);
    await writeFile(path, lines.slice(0, answered + 1).join('\n'));
    const rest = await scriptedRun(script.slice(2), {
      files,
      logFolder: folder,
      question: 'And b?',
      continues: { how: 'resume', past: await readPastRun(path) },
    });
    expect(rest.result).toMatchObject({ status: 'answered', answer: 'yes' });
    expect(rest.requests).toHaveLength(1);
    expect(rest.requests[0]?.messages).toEqual(whole.requests.at(-1)?.messages);
  });

  it('has what failed as it failed, and what was held back taken back', async () => {
    const before = await scriptedRun(
      [
        cell('print(1)\nanswer["content"] = "early"\nanswer["ready"] = True'),
        cell('got = llm_query_batched(["good", "bad"])\nprint([g.failed for g in got])'),
        'fine',
        { status: 400, body: { error: { message: 'no such thing' } } },
        cell('try:\n    read("missing.txt")\nexcept FileNotFoundError as e:\n    error = str(e)'),
        cell('FINAL("done")'),
      ],
      { files, logFolder: folder, limits: { concurrency: 1 } },
    );
    expect(before.result.answer).toBe('done');
    const after = await scriptedRun(
      [cell('print(answer)'), cell('FINAL(str([[g.failed, str(g)] for g in got] + [error]))')],
      { files: {}, logFolder: folder, continues: { how: 'follow-up', ...(await logOf(before)) } },
    );
    expect(after.requests[1]?.prompt).toContain("{'content': '', 'ready': False}");
    expect(after.result.answer).toMatch(/^\[\[False, 'fine'\], \[True, 'Error: .*no such thing/);
    expect(after.result.answer).toContain('missing.txt');
  });

  it('says so when the log is missing or none', async () => {
    await expect(readPastRun(join(folder, 'none.jsonl'))).rejects.toThrow(/can't be read/);
    await writeFile(join(folder, 'empty.jsonl'), '{"type":');
    await expect(readPastRun(join(folder, 'empty.jsonl'))).rejects.toThrow(/not the log of a run/);
  });
});

describe('a session that is kept', () => {
  it('answers the next question with the kernel of the last', async () => {
    const session = new OpenSession();
    try {
      const before = await scriptedRun(
        [
          cell('marker = object()\nkept = id(marker)\nfiles()\nprint(kept)'),
          cell('FINAL(str(kept))'),
        ],
        { files, logFolder: folder, session },
      );
      expect(session.run).toBe(before.result.run);
      const after = await scriptedRun([cell('FINAL(str(id(marker)))')], {
        files,
        logFolder: folder,
        session,
      });
      expect(after.result.answer).toBe(before.result.answer);
      expect(after.requests).toHaveLength(1);
      // Its log says what it went on from, for the day when the kernel is gone.
      const past = await readPastRun(after.result.trajectory ?? '');
      expect(past.before).toHaveLength(1);
      expect(await readdir(folder)).toHaveLength(2);
    } finally {
      await session.dispose();
    }
    expect(session.run).toBeNull();
  });
});
