import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPastRun } from '../../../src/rlm/replay/pastRun';
import { projectFolder, temporaryFolder } from '../../host/folders';
import type { ModelScript } from '../../host/modelScript';
import { type ScriptedRunOptions, scriptedRun } from '../../host/scriptedRun';

const submit = '```repl\nfiles()\nFINAL("from the loop")\n```';
const ask = (script: ModelScript, options: ScriptedRunOptions) =>
  scriptedRun(script, { direct: 'auto', ...options });
const files = {
  'src/a.js': 'let a = 1;\nlet b = 2;\n',
  'logo.png': '\u0000\u0001',
  '.env': 'KEY=secret-value',
};

describe('a question about a small context', () => {
  it('goes straight to the model, with numbered lines and without a REPL', async () => {
    const { requests, result, events } = await ask(['It is `let b = 2;` (`src/a.js:1`).'], {
      question: 'What is b?',
      files,
    });
    expect(requests.map(({ messages }) => messages.map(({ role }) => role))).toEqual([
      ['system', 'user'],
    ]);
    expect(requests[0]?.prompt).toBe(
      '<question>\nWhat is b?\n</question>\n\n=== logo.png ===\n\n=== src/a.js:1-2 ===\n1\tlet a = 1;\n2\tlet b = 2;',
    );
    // Citations are checked and mended as those of any answer.
    expect(result).toMatchObject({
      status: 'answered',
      answer: 'It is `let b = 2;` (`src/a.js:2`).',
      citations: [{ path: 'src/a.js', start: 2, end: 2, evidence: 'quoted' }],
      iterations: 1,
      subcalls: 0,
      withoutCode: false,
      coverage: { filesTotal: 2, filesListed: 2, filesRead: 1, filesSentToModels: 1 },
    });
    const kinds = events.flatMap((event) =>
      event.type === 'node-started' ? [`${event.kind}: ${event.summary}`] : [],
    );
    expect(kinds).toEqual([
      'iteration: Ask directly: the context is small',
      'model-call: scripted',
      'answer: Answer · 1 citation: 1 quoted',
    ]);
  });

  it('is so for documents', async () => {
    const { requests, result } = await ask(['See notes.txt:2.'], {
      subject: { kind: 'documents', documents: [{ name: 'notes.txt', text: 'one\ntwo' }] },
    });
    expect(requests[0]?.prompt).toContain('=== notes.txt:1-2 ===\n1\tone\n2\ttwo');
    expect(result.citations).toEqual([{ path: 'notes.txt', start: 2, end: 2, evidence: 'read' }]);
  });

  it.each<[string, ScriptedRunOptions]>([
    ['when it is switched off', { files, direct: 'never' }],
    [
      'with too many files',
      { files: Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`f${i}`, 'x'])) },
    ],
    ['with too many tokens', { files: { 'a.txt': 'The cat sat. '.repeat(1_100) } }],
    ['with far too much text', { files: { 'a.txt': 'The cat sat. '.repeat(10_000) } }],
    ['without any text', { files: {} }],
  ])('goes through the loop %s', async (_, options) => {
    const { requests, result } = await ask([submit], options);
    expect(requests[0]?.prompt).toContain('Turn 1/30');
    expect(result.answer).toBe('from the loop');
  });

  it('is small by its tokens, not its characters', async () => {
    const { requests } = await ask(['Nothing.'], {
      files: { 'a.txt': 'international '.repeat(1_200) },
    });
    expect(requests[0]?.prompt).not.toContain('Turn 1/30');
  });

  it('goes on in the loop when the answer does not fit into one reply', async () => {
    const { result } = await ask([{ text: 'It is a long', finishReason: 'length' }, submit], {
      files,
    });
    expect(result).toMatchObject({ status: 'answered', answer: 'from the loop' });
  });

  it('fails with the model’s reason', async () => {
    const { result } = await ask([{ status: 401, body: { error: { message: 'bad key' } } }], {
      files,
    });
    expect(result).toMatchObject({ status: 'error', fault: 'model', answer: '' });
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const { result } = await ask(
      () => {
        setImmediate(() => controller.abort());
        return { stall: true };
      },
      { files, signal: controller.signal },
    );
    expect(result).toMatchObject({ status: 'cancelled' });
  });
});

it('has the same rules for answers as the loop', async () => {
  const rules = (await readFile(join(projectFolder, 'prompts/answer-rules.md'), 'utf8')).trim();
  const direct = await ask(['.'], { files });
  const loop = await ask([submit], { files, direct: 'never' });
  expect(direct.requests[0]?.messages[0]?.content).toContain(rules);
  expect(loop.requests[0]?.messages[0]?.content).toContain(rules);
});

describe('a follow-up to a direct answer', () => {
  it('goes through the loop, with what was asked and answered before', async () => {
    await using folder = await temporaryFolder('direct');
    const logFolder = folder.path;
    const before = await ask(['It is 2 (src/a.js:2).'], {
      question: 'What is b?',
      files,
      logFolder,
    });
    const past = await readPastRun(before.result.trajectory ?? '');
    const after = await ask(['```repl\nprint(len(files()))\n```', submit], {
      question: 'And a?',
      files,
      logFolder,
      continues: { how: 'follow-up', past },
    });
    expect(after.result).toMatchObject({ status: 'answered', answer: 'from the loop' });
    const [system, question, answer, next] = after.requests[0]?.messages ?? [];
    expect(system?.content).toContain('# How a turn works');
    expect(question?.content).toContain('What is b?');
    expect(answer?.content).toBe('It is 2 (src/a.js:2).');
    expect(next?.content).toContain('And a?');
    expect(after.requests[1]?.prompt).toContain('REPL output:\n2');
  });
});
