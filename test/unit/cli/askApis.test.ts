import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokensOf } from '../../host/cacheLedger';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { messageEvents, responseEvents } from '../../host/providerReplies';
import { type ProviderReply, startProviderServer } from '../../host/providerServer';
import { buildAsk, startAsk } from './askProcess';

let folder: TemporaryFolder;
let bundle: string;
let repository: string;

beforeAll(async () => {
  folder = await temporaryFolder('ask-apis');
  bundle = await buildAsk(folder.path);
  repository = join(folder.path, 'repository');
  await mkdir(repository);
  // Too much text for the question to be asked directly.
  await writeFile(join(repository, 'words.txt'), 'All kinds of words.\n'.repeat(5_000));
}, 60_000);

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
const turns = [
  cell(
    'import os\nprint("environment:", sorted(os.environ.items()))\nprint(llm_query("Say yes."), grep("kinds")[:1])',
  ),
  cell('answer["content"] = "In `words.txt:1`."\nanswer["ready"] = True'),
];
const [key, otherKey] = ['sk-own-0123456789', 'sk-ant-other-0123456789'];

describe('ask, through the API of a provider', () => {
  it.each([
    [
      'messages',
      '/v1/messages',
      (text: string, input_tokens: number) =>
        messageEvents({ text, thinking: 'Hm.', usage: { input_tokens } }),
    ],
    [
      'responses',
      '/v1/responses',
      (text: string, input_tokens: number) =>
        responseEvents({ text, summary: 'Hm.', usage: { input_tokens, output_tokens: 50 } }),
    ],
  ] as const)('%s answers, and shows keys to nobody', async (api, path, events) => {
    let turn = 0;
    const server = await startProviderServer(({ body }): ProviderReply => {
      const said = JSON.stringify(body);
      const isSub = said.includes('Say yes.') && !said.includes('environment:');
      const text = isSub ? 'yes, it is' : (turns[turn++] ?? '');
      return { events: events(text, tokensOf(said.length)) };
    });
    try {
      const log = join(folder.path, `log-${api}`);
      const run = await startAsk(
        bundle,
        [
          ...['--base-url', `${server.origin}/v1`, '--api', api, '--model', 'm'],
          ...['--log', log, '--json', 'Where?'],
        ],
        {
          cwd: repository,
          env: {
            OPENAI_API_KEY: key,
            ANTHROPIC_API_KEY: otherKey,
            ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
            ANTHROPIC_CUSTOM_HEADERS: `x-other: ${otherKey}`,
            ANTHROPIC_LOG: 'debug',
          },
        },
      );
      expect(run.stderr).not.toMatch(/Error|warn/);
      expect([run.exitCode, run.stderr]).toEqual([0, expect.anything()]);
      const result = JSON.parse(run.stdout);
      expect(result).toMatchObject({
        answer: 'In `words.txt:1`.',
        status: 'answered',
        iterations: 2,
        subcalls: 1,
        citations: [{ path: 'words.txt', start: 1, verified: true, evidence: 'read' }],
      });
      expect(new Set(server.requests.map((request) => request.path))).toEqual(new Set([path]));
      const sent = server.requests.map(({ headers }) => headers['authorization']);
      expect(new Set(sent)).toEqual(new Set([`Bearer ${key}`]));
      const told = JSON.stringify(server.requests.map(({ body }) => body));
      expect(told).toContain('environment:');
      expect(told).toContain('yes, it is');
      const everything = [
        JSON.stringify(server.requests),
        run.stdout,
        run.stderr,
        await readFile(result.trajectory, 'utf8'),
      ].join('\n');
      expect(everything).not.toContain(otherKey);
      expect(everything.replaceAll(`Bearer ${key}`, '')).not.toContain(key);
    } finally {
      await server.close();
    }
  });

  it('says which APIs there are when it is none of them', async () => {
    const run = await startAsk(bundle, ['--api', 'soap', 'Where?'], { cwd: repository });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('Allowed choices are auto, chat-completions, responses, messages');
  });
});
