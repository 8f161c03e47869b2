import { afterEach, describe, expect, it } from 'vitest';
import type { ModelScript } from '../../host/modelScript';
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from '../../host/modelServer';

describe('the scripted model server', () => {
  const servers: ModelServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  async function serve(script: ModelScript, options?: ModelServerOptions): Promise<ModelServer> {
    const server = await startModelServer(script, options);
    servers.push(server);
    return server;
  }
  function ask(server: ModelServer, body: object, init: RequestInit = {}): Promise<Response> {
    return fetch(`${server.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...body }),
      ...init,
    });
  }

  it('streams text, then usage when asked, then the end mark', async () => {
    const server = await serve([{ text: 'abcdefgh', chunks: ['abc', 'defgh'] }]);
    const response = await ask(server, { stream: true, stream_options: { include_usage: true } });
    const events = (await response.text()).trim().split('\n\n');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(events).toHaveLength(5);
    expect(events[1]).toContain('"content":"defgh"');
    expect(events[3]).toContain('"completion_tokens":2');
    expect(events[4]).toBe('data: [DONE]');
  });

  it('answers in one document when it is not asked to stream', async () => {
    const server = await serve(['Hello']);
    const reply = await (await ask(server, {})).json();
    expect(reply).toMatchObject({
      choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    });
  });

  it('tells root calls from sub-calls by the first message', async () => {
    const server = await serve(() => 'ok');
    const system = { role: 'system', content: 'You are the root' };
    await ask(server, { messages: [system, { role: 'user', content: 'Question' }] });
    await ask(server, { messages: [{ role: 'user', content: 'Chunk' }] });
    await ask(server, { messages: [system, { role: 'user', content: 'Turn 2' }] });
    expect(server.requests.map(({ speaker, turn, prompt }) => [speaker, turn, prompt])).toEqual([
      ['root', 1, 'Question'],
      ['sub', 1, 'Chunk'],
      ['root', 2, 'Turn 2'],
    ]);
  });

  it('says so when a list has run out, and when the script throws', async () => {
    const short = await serve([]);
    expect((await ask(short, {})).status).toBe(400);
    const broken = await serve(() => {
      throw new Error('typo');
    });
    const response = await ask(broken, {});
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('typo');
  });

  it('counts what is open at once', async () => {
    const gate = Promise.withResolvers<void>();
    const server = await serve(async () => {
      await gate.promise;
      return 'ok';
    });
    const all = [1, 2, 3].map(() => ask(server, {}));
    await server.arrived(3);
    gate.resolve();
    await Promise.all(all);
    await ask(server, {});
    await server.idle();
    expect(server.maxInFlight).toBe(3);
    expect(server.requests.every(({ endedAt, aborted }) => endedAt !== null && !aborted)).toBe(
      true,
    );
  });

  it('records a client that goes away', async () => {
    const server = await serve([{ text: 'late', delayMs: 60_000 }]);
    const abort = new AbortController();
    const response = ask(server, {}, { signal: abort.signal });
    await server.arrived(1);
    abort.abort();
    await expect(response).rejects.toThrow();
    await server.idle();
    expect(server.requests[0]?.aborted).toBe(true);
  });

  it('checks the key when it has one, and lists models', async () => {
    const server = await serve(['ok'], { apiKey: 'right', models: ['a', 'b'] });
    expect((await ask(server, {}, { headers: { authorization: 'Bearer wrong' } })).status).toBe(
      401,
    );
    const list = await (await fetch(`${server.url}/models`)).json();
    expect(list).toMatchObject({ data: [{ id: 'a' }, { id: 'b' }] });
  });

  it('closes while a reply is stalled or delayed', async () => {
    const server = await startModelServer([{ stall: true }, { text: 'late', delayMs: 60_000 }]);
    const replies = [ask(server, {}), ask(server, {})];
    await server.arrived(2);
    await server.close();
    const outcomes = await Promise.allSettled(replies);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
