import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportMarkdown } from '../../../src/trajectory/exportMarkdown';
import { exportForVisualizer } from '../../../src/trajectory/exportVisualizer';
import { type Recording, readRecording } from '../../../src/trajectory/recording';
import { apiError } from '../../host/modelScript';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
let folder: string;
let recording: Recording;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fathom-exports-'));
  const { result } = await scriptedRun(
    [
      cell('got = llm_query_batched(["first part"])\nprint("```", got)'),
      'a reply',
      cell('1 / 0'),
      cell('files()\nFINAL("Nothing but files.")'),
    ],
    { logFolder: folder, question: 'What is\nhere?' },
  );
  recording = await readRecording(result.trajectory ?? '');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the export for the official visualizer', () => {
  it('is a line of metadata and one per turn, with code, output and sub-calls', () => {
    const lines = exportForVisualizer(recording)
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatchObject({
      type: 'metadata',
      root_model: 'scripted',
      max_depth: 1,
      max_iterations: 30,
    });
    expect(lines[1]).toMatchObject({
      type: 'iteration',
      iteration: 1,
      prompt: [
        { role: 'user', content: 'original query: "What is\nhere?"' },
        { role: 'system' },
        { role: 'user' },
      ],
      response: expect.stringContaining('llm_query_batched'),
      code_blocks: [
        {
          code: expect.stringContaining('llm_query_batched'),
          result: {
            stdout: expect.stringContaining('a reply'),
            stderr: '',
            rlm_calls: [{ prompt: 'first part', response: 'a reply' }],
          },
        },
      ],
      final_answer: null,
    });
    expect(lines[2]).toMatchObject({
      prompt: [{ role: 'user' }],
      code_blocks: [{ result: { stderr: expect.stringContaining('ZeroDivisionError') } }],
    });
    expect(lines[3]).toMatchObject({ iteration: 3, final_answer: 'Nothing but files.' });
  });

  it('has children with all that they did, and calls that failed', async () => {
    const usage = { prompt: 5_000, completion: 10 };
    const { result } = await scriptedRun(
      ({ messages, prompt, number }) => {
        if (number === 1) return cell('rlm_query("the child")\nllm_query("too long")');
        if (prompt.startsWith('too long')) return apiError(400, 'maximum context length is 9');
        const child = messages.some(({ content }) => content.includes('\nthe child\n'));
        if (!child) return messages.length > 2 ? cell('FINAL("Done.")') : 'a reply';
        return {
          text: messages.length === 2 ? cell('print(llm_query("inner"))') : cell('FINAL("Said.")'),
          usage,
        };
      },
      { logFolder: folder, limits: { maxDepth: 2 } },
    );
    const text = exportForVisualizer(await readRecording(result.trajectory ?? ''));
    const turn: unknown = JSON.parse(text.split('\n')[1] ?? '');
    const child = { prompt: 'Child RLM: the child', response: 'Said.', prompt_tokens: 10_000 };
    const iterations = [
      { code_blocks: [{ result: { rlm_calls: [{ prompt: 'inner' }] } }], final_answer: null },
      { iteration: 2, final_answer: 'Said.' },
    ];
    expect(turn).toMatchObject({
      code_blocks: [
        {
          result: {
            rlm_calls: [
              { ...child, metadata: { run_metadata: { root_model: 'scripted' }, iterations } },
              { prompt: 'In the child RLM “the child”:\ninner', response: 'a reply' },
              {
                prompt: 'too long',
                response: expect.stringMatching(/^Error: The prompt has 8 char/),
              },
            ],
          },
        },
      ],
    });
  });
});

describe('the Markdown export', () => {
  it('has the question, the answer and every turn, with fences that hold', () => {
    const text = exportMarkdown(recording);
    expect(text).toMatch(/^# What is here\?\n\n- About: repo\n/);
    expect(text).toContain('## Answer\n\nNothing but files.\n');
    expect(text).toContain('Sub-call: first part\n\n> a reply\n');
    expect(text).toContain('````text\n```');
    expect(text).toContain('ZeroDivisionError');
    expect(text.match(/^### \d\./gm)).toHaveLength(3);
  });
});
