import { ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commands } from 'vscode';
import { activateFathom } from './extensionHost';

// Begun before any test runs, so that none of them can have loaded the engine yet.
const activated = activateFathom().then((api) => ({ api, engineLoaded: api.engineLoaded() }));

describe('activation', () => {
  it('costs under 50 ms and loads no engine', async () => {
    const { api, engineLoaded } = await activated;
    ok(api.activationMs < 50, `It took ${api.activationMs.toFixed(1)} ms.`);
    strictEqual(engineLoaded, false);
  });

  it('has every command of the manifest', async () => {
    await activated;
    const known = new Set(await commands.getCommands(true));
    for (const name of [
      'askRepository',
      'askFollowUp',
      'exportRun',
      'showLastAnswer',
      'selectModel',
      'setApiKey',
      'clearApiKey',
      'setEndpoint',
      'showLog',
    ]) {
      ok(known.has(`fathom.${name}`), name);
    }
  });
});
