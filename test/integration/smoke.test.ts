import { ok } from 'node:assert/strict';
import { commands } from 'vscode';

describe('smoke', () => {
  it('has workbench', async () => {
    ok((await commands.getCommands(true)).length > 100);
  });
});
