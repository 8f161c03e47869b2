import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { commands } from 'vscode';
import type { Asked } from '../../src/editor/running/askWithModel';
import { ask, closeEverything, replaceInWindow, textOf, withSettings } from './extensionHost';
import { cell, enterKey, submission, testKey, useScriptedModel } from './scriptedModel';

const pricedHost = 'https://api.openai.com/v1';

/** Has Fathom ask a model with a known price; what it sends to its provider goes to that server instead. */
async function usePricedModel(serverUrl: string): Promise<AsyncDisposable> {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    ok(request.url.startsWith(pricedHost), `Nothing else is to be asked: ${request.url}`);
    const { method, headers, signal } = request;
    const body = await request.text();
    return fetch(request.url.replace(pricedHost, serverUrl), { method, headers, body, signal });
  };
  const settings = await withSettings({
    'fathom.baseUrl': '',
    'fathom.model': 'gpt-5',
    // What the scripted server speaks.
    'fathom.api': 'chat-completions',
  });
  await enterKey(testKey);
  return {
    async [Symbol.asyncDispose]() {
      await commands.executeCommand('fathom.clearApiKey');
      await settings[Symbol.asyncDispose]();
      globalThis.fetch = fetch;
    },
  };
}

/** Has the file beside the logs that remembers what runs cost know of runs that cost next to nothing. */
async function rememberCheapRuns({ document }: Asked): Promise<AsyncDisposable> {
  const log = /^Run log: `(.+)`$/m.exec(await textOf(document))?.[1];
  ok(log, 'The answer names no log.');
  const path = join(dirname(log), 'costs.ndjson');
  const before = await readFile(path).catch(() => null);
  const costs = Array.from({ length: 9 }, (_, run) => ({ run: `run-${run}`, costUsd: 1e-9 }));
  await writeFile(path, costs.map((cost) => `\n${JSON.stringify(cost)}`).join(''));
  return {
    [Symbol.asyncDispose]: () => (before ? writeFile(path, before) : rm(path, { force: true })),
  };
}

describe('a run that costs far more than others', () => {
  afterEach(closeEverything);

  it('is told of once, and stops when the user says so', async () => {
    await using model = await useScriptedModel(({ number }) =>
      number === 1 ? submission('Cheap.') : number < 4 ? cell(`print(${number})`) : { stall: true },
    );
    await using _priced = await usePricedModel(model.server.url);
    await using _costs = await rememberCheapRuns(await ask('What do runs cost?'));
    const shown: string[][] = [];
    using _ = replaceInWindow('showWarningMessage', async (...message: string[]) => {
      shown.push(message);
      // The model never answers its third turn: only stopping ends this run.
      await model.server.arrived(4);
      return 'Stop';
    });
    const { status } = await ask('What is dear?');
    strictEqual(status, 'cancelled');
    strictEqual(shown.length, 1);
    const [message = '', ...actions] = shown[0] ?? [];
    match(message, /^“What is dear\?”: This run has cost \$\d\.\d+ so far, more than 3 times/);
    deepStrictEqual(actions, ['Stop']);
    await model.server.idle();
  });
});
