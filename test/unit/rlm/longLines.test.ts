import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostCall } from '../../../src/repl/hostCall';
import { SpooledText } from '../../../src/repository/documents/spooledText';
import { TextWriter } from '../../../src/repository/documents/textWriter';
import { Ripgrep } from '../../../src/repository/programs/ripgrep';
import { bundledAssets } from '../../../src/rlm/assets';
import { checkCitations } from '../../../src/rlm/citations/checkCitations';
import { citedTexts } from '../../../src/rlm/citations/citedTexts';
import { Coverage } from '../../../src/rlm/coverage/coverage';
import { answerHostCall } from '../../host/answerHostCall';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { scriptedRun } from '../../host/scriptedRun';

const { signal } = new AbortController();
const million = 1024 * 1024;
const cell = (code: string) => `I look.\n\n\`\`\`repl\n${code}\n\`\`\``;

const ripgrep = () => new Ripgrep(bundledAssets(join(projectFolder, 'dist')).ripgrep);

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder('longLines');
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

describe('a text with a line that no string can hold', () => {
  const head = 'let a = 1;\nlet b = 2;\n{"key": "the first value", ';
  const bytes = 600 * million;
  let text: SpooledText;
  beforeAll(async () => {
    const path = join(folder.path, 'long.txt');
    await writeFile(path, head);
    // A hole in the file: it reads as zeros, and takes no room.
    await truncate(path, bytes);
    const index: number[] = [0, 0, 0];
    for (let at = 32_768; at < bytes; at += 32_768) index.push(at, at, 2);
    text = await SpooledText.open(
      {
        path,
        bytes,
        chars: bytes,
        newlines: 2,
        endsWithNewline: false,
        index: Float64Array.from(index),
        marks: [],
      },
      ripgrep(),
    );
  });
  afterAll(() => text.close());

  const documents = () => [{ name: 'long.txt', text }];

  async function answered(call: Pick<HostCall, 'method' | 'args'>): Promise<unknown> {
    const whole: HostCall = { ...call, body: Buffer.alloc(0) };
    const context = { kind: 'documents', documents: documents() } as const;
    const reply = await answerHostCall(whole, context, new Coverage(), signal);
    return { ...reply, body: reply.body?.toString() };
  }

  const checked = (answer: string) =>
    checkCitations(
      answer,
      citedTexts({ kind: 'documents', documents: documents() }, new Coverage()),
      signal,
    );

  it('has citations that are checked against what can be compared', async () => {
    const { answer, citations } = await checked(
      'It is `let b = 2;` (`long.txt:1`), and `{"key": "the first value",` (`long.txt:3`).',
    );
    expect(answer).toContain('(`long.txt:2`)');
    expect(citations.map(({ start, evidence }) => [start, evidence])).toEqual([
      [2, 'quoted'],
      [3, 'unread'],
    ]);
  });

  it('is not said to lack a quote that may be in the part that is not read', async () => {
    const { doubts } = await checked('It is `let z = 77;` (`long.txt:3`).');
    expect(doubts.map(({ reason }) => reason)).toEqual([
      'these lines were shown to no model of this run',
    ]);
  });

  it('is iterated up to that line, which is refused before it is read', async () => {
    expect(await answered({ method: 'text_lines', args: { text: 0, start: 1 } })).toEqual({
      value: { end: 2 },
      body: 'let a = 1;\nlet b = 2;\n',
    });
    await expect(answered({ method: 'text_lines', args: { text: 0, start: 3 } })).rejects.toThrow(
      /too much at once: 629,145,578 bytes in one line/,
    );
  });

  it('is cut into pieces without that line being held', async () => {
    const plan = await answered({ method: 'text_chunks', args: { text: 0, maxChars: 1000 } });
    expect(plan).toEqual({
      body: JSON.stringify([
        [22, 1, 2],
        [bytes - 22, 3, 3],
      ]),
    });
  });
});

describe('a citation check that fails', () => {
  it('costs neither the answer nor the report', async () => {
    const writer = await TextWriter.create(join(folder.path, 'a.txt'));
    await writer.write('let a = 1;\n');
    const text = await SpooledText.open(await writer.finish(), ripgrep());
    const { result } = await scriptedRun(
      async () => {
        // As a disk that is gone.
        await text.close();
        return cell(
          'text = "It is `let a = 1;` (`a.txt:1`)."\nreport.write(text)\nanswer["content"] = text\nanswer["ready"] = True',
        );
      },
      { subject: { kind: 'documents', documents: [{ name: 'a.txt', text }] } },
    );
    expect(result).toMatchObject({
      status: 'answered',
      answer: 'It is `let a = 1;` (`a.txt:1`).',
      citations: [{ path: 'a.txt', start: 1, end: 1, evidence: 'unread' }],
    });
  });
});
