import {
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/models/languageModel';
import { ReplyStore } from '../../../src/rlm/calls/replyStore';
import { redactSecrets } from '../../../src/trajectory/log';
import type { ModelRequest, ScriptedReply } from '../../host/modelScript';
import { type ModelServer, startModelServer } from '../../host/modelServer';
import { scriptedRun } from '../../host/scriptedRun';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fathom-replies-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const model = (id?: string): LanguageModel => ({
  name: 'm',
  ...(id === undefined ? {} : { id }),
  offline: false,
  contextWindow: null,
  price: () => null,
  complete: () => Promise.reject(new Error('not asked')),
});

async function files(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
}

async function kept(text: string, prompt = 'prompt', id = 'here m'): Promise<void> {
  const store = new ReplyStore({ folder });
  store.keep(model(id), prompt, text);
  await store.close();
}

describe('a store of replies', () => {
  it('gives a reply to a later run, and only for the same model, endpoint and prompt', async () => {
    await kept('reply\u2028 ü \ud800');
    const later = new ReplyStore({ folder });
    expect(await later.find(model('here m'), 'prompt')).toBe('reply\u2028 ü \ud800');
    expect(await later.find(model('there m'), 'prompt')).toBeNull();
    expect(await later.find(model('here m'), 'prompt ')).toBeNull();
    const guided = new ReplyStore({ folder, guidance: 'Be brief.' });
    expect(await guided.find(model('here m'), 'prompt')).toBeNull();
  });

  it('keeps nothing for a model that does not say who it is', async () => {
    const store = new ReplyStore({ folder });
    store.keep(model(), 'prompt', 'reply');
    await store.close();
    expect(await files()).toEqual([]);
    expect(await store.find(model(), 'prompt')).toBeNull();
  });

  it('gives a reply to the same run once it is written', async () => {
    const store = new ReplyStore({ folder });
    expect(await store.find(model('a'), 'prompt')).toBeNull();
    store.keep(model('a'), 'prompt', 'reply');
    await store.close();
    expect(await store.find(model('a'), 'prompt')).toBe('reply');
  });

  it.skipIf(process.platform === 'win32')('is readable by the user only', async () => {
    await kept('reply');
    const [file = ''] = await files();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
  });

  it('takes a damaged entry as missing, and replaces it', async () => {
    const damages: ((file: string) => Promise<void>)[] = [
      (file) => truncate(file, 20),
      (file) => writeFile(file, ''),
      (file) => writeFile(file, '\0'.repeat(200)),
      async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('reply', 'rEply')),
      (file) => writeFile(file, '{"sum": 7}'),
    ];
    for (const damage of damages) {
      await kept('reply');
      const [file = ''] = await files();
      await damage(file);
      expect(await new ReplyStore({ folder }).find(model('here m'), 'prompt')).toBeNull();
    }
    await kept('reply');
    expect(await new ReplyStore({ folder }).find(model('here m'), 'prompt')).toBe('reply');
  });

  it('never grows past its size; what was used last stays', async () => {
    const maxBytes = 256 * 4_000;
    const reply = 'x'.repeat(1_000);
    const used = 'used all the time';
    const fill = async (round: number) => {
      const store = new ReplyStore({ folder, maxBytes });
      if (round === 0) store.keep(model('a'), used, reply);
      else expect(await store.find(model('a'), used)).toBe(reply);
      for (let i = 0; round > 0 && i < 250; i++) store.keep(model('a'), `${round} ${i}`, reply);
      await store.close();
      // Long ago, as the file system's clock may not tell the rounds apart.
      for (const file of await files()) await utimes(file, 1, 1);
    };
    for (let round = 0; round < 8; round++) await fill(round);
    const sizes = await Promise.all((await files()).map(async (file) => (await stat(file)).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(maxBytes);
    expect(sizes.length).toBeGreaterThan(300);
  });

  it('leaves out a reply that is larger than its share', async () => {
    const store = new ReplyStore({ folder, maxBytes: 256 * 1_000 });
    store.keep(model('a'), 'prompt', 'x'.repeat(2_000));
    await store.close();
    expect(await files()).toEqual([]);
  });

  it('is nothing but slow when the folder can not be used', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const store = new ReplyStore({ folder: join(file, 'cache') });
    store.keep(model('a'), 'prompt', 'reply');
    await store.close();
    expect(await store.find(model('a'), 'prompt')).toBeNull();
  });

  it('holds no key', async () => {
    const store = new ReplyStore({ folder, redact: redactSecrets(['sk-secret-123']) });
    store.keep(model('a'), 'the key is sk-secret-123', 'you said sk-secret-123');
    await store.close();
    for (const file of await files()) expect(await readFile(file, 'utf8')).not.toContain('sk-sec');
    expect(await store.find(model('a'), 'the key is sk-secret-123')).toBe('you said ***');
  });
});

describe('asking again', () => {
  const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
  let cut = 'nothing';
  let server: ModelServer;
  const isSub = ({ messages }: Pick<ModelRequest, 'messages'>) =>
    !messages.some(({ content }) => content.includes('<question>'));
  const script = ({ prompt, messages }: ModelRequest): ScriptedReply => {
    if (isSub({ messages })) {
      return prompt.includes(cut)
        ? { text: 'begins', finishReason: 'length' }
        : `reply to ${prompt}`;
    }
    return messages.length === 2
      ? cell(
          'replies = llm_query_batched([context[f.path].strip() for f in files()])\nprint(replies)',
        )
      : cell('FINAL(str(list(replies)))');
  };
  beforeEach(async () => {
    server = await startModelServer(script);
  });
  afterEach(() => server.close());
  const ask = async (texts: Readonly<Record<string, string>>) => {
    const run = await scriptedRun(script, { files: texts, cacheFolder: folder, server });
    const asked = run.requests.filter(isSub);
    return { ...run, asked: asked.map(({ prompt }) => prompt).sort() };
  };

  it('pays only for what an edit changed, and says what it remembered', async () => {
    const first = await ask({ 'a.txt': 'one', 'b.txt': 'two', 'c.txt': 'three' });
    expect(first.asked).toEqual(['one', 'three', 'two']);
    const second = await ask({ 'a.txt': 'one', 'b.txt': 'TWO', 'c.txt': 'three' });
    expect(second.asked).toEqual(['TWO']);
    expect(second.result.answer).toContain("'reply to one', 'reply to TWO', 'reply to three'");
    expect(second.result.subcalls).toBe(3);
    const remembered = second.events.filter(
      (event) => event.type === 'node-ended' && event.reason?.includes('answered from memory'),
    );
    expect(remembered).toHaveLength(2);
    for (const event of remembered) {
      expect(event).toMatchObject({ usage: { inputTokens: 0, outputTokens: 0, costUsd: 0 } });
    }
  });

  it('does not remember replies that were cut', async () => {
    cut = 'two';
    expect((await ask({ 'a.txt': 'one', 'b.txt': 'two' })).asked).toEqual(['one', 'two']);
    cut = 'nothing';
    expect((await ask({ 'a.txt': 'one', 'b.txt': 'two' })).asked).toEqual(['two']);
  });
});
