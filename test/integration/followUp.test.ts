import { match, ok, strictEqual } from 'node:assert/strict';
import { readFile, realpath, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { commands, window, workspace } from 'vscode';
import type { Asked } from '../../src/editor/running/askWithModel';
import {
  ask,
  closeEverything,
  openUnsaved,
  replaceInWindow,
  textOf,
  until,
  workspaceFolder,
} from './extensionHost';
import { cell, submission, useScriptedModel } from './scriptedModel';

async function followUp(question: string): Promise<Asked | undefined> {
  return commands.executeCommand<Asked | undefined>('fathom.askFollowUp', { question });
}

describe('asking a follow-up', () => {
  afterEach(closeEverything);

  it('goes on with the conversation and the variables of the last answer, and pays for nothing twice', async () => {
    await using model = await useScriptedModel([
      cell('found = grep("RETRIES")\nmark = "kept " + "alive"'),
      submission('Five times.'),
      cell('print(mark, len(found) > 0)'),
      submission('In the gauge.'),
    ]);
    await ask('How often does it retry?');
    await closeEverything();
    const asked = await followUp('And where?');
    strictEqual(asked?.status, 'answered');
    match(await textOf(asked.document), /^# And where\?\n\nIn the gauge\./);
    strictEqual(model.server.requests.length, 4);
    const [, , third, fourth] = model.server.requests;
    const conversation = third?.messages.map(({ content }) => content).join('\n') ?? '';
    match(conversation, /How often does it retry\?[\s\S]*And where\?/);
    match(fourth?.prompt ?? '', /kept alive True/);
  });

  it('goes on in the kernel of the last answer', async () => {
    await using model = await useScriptedModel([
      cell('marker = object()\nprint("at", id(marker))'),
      submission('One.'),
      cell('print("at", id(marker))'),
      submission('Two.'),
    ]);
    await ask('What is one?');
    await followUp('What is two?');
    const places = [1, 3].map(
      (request) => /^at \d+$/m.exec(model.server.requests[request]?.prompt ?? '')?.[0],
    );
    ok(places[0]);
    strictEqual(places[1], places[0]);
  });

  it('is about the answer in the active editor', async () => {
    await using model = await useScriptedModel([
      submission('One.'),
      submission('Two.'),
      submission('Three.'),
    ]);
    const first = await ask('What is first?');
    await ask('What is second?');
    await window.showTextDocument(await workspace.openTextDocument(first.document));
    await followUp('What is third?');
    const conversation = model.server.requests[2]?.messages.map(({ content }) => content).join();
    match(conversation ?? '', /What is first\?[\s\S]*What is third\?/);
    ok(!conversation?.includes('What is second?'));
  });

  it('asks before it goes on about another folder than the answer is about', async () => {
    await using model = await useScriptedModel([
      submission('In alpha.'),
      submission('In beta.'),
      submission('In beta, too.'),
    ]);
    const { document } = await ask('Where is it?');
    const log = /^Run log: `(.+)`/m.exec(await textOf(document))?.[1] ?? '';
    const open = await realpath(workspaceFolder().uri.fsPath);
    const lines = (await readFile(log, 'utf8')).split('\n');
    const elsewhere = lines.map((line) =>
      line.includes('"kind":"about"') ? line.replaceAll(open, '/elsewhere/alpha') : line,
    );
    await writeFile(log, elsewhere.join('\n'));
    const { name } = workspaceFolder();
    const asked: unknown[][] = [];
    let answer: string | undefined;
    using _ = replaceInWindow('showWarningMessage', async (...given: unknown[]) => {
      asked.push(given);
      return answer;
    });
    strictEqual(await followUp('And now?'), undefined);
    strictEqual(model.server.requests.length, 1);
    const [message, , here, there] = asked[0] ?? [];
    strictEqual(message, `This answer is about alpha, and ${name} is open here.`);
    strictEqual(here, `Ask About ${name}`);
    strictEqual(there, 'Open alpha');
    answer = `Ask About ${name}`;
    strictEqual((await followUp('And now?'))?.status, 'answered');

    const run = basename(log, '.jsonl');
    answer = undefined;
    await commands.executeCommand('fathom.resumeRun', { run, question: 'Where is it?' });
    strictEqual(asked.at(-1)?.[0], `This run is about alpha, and ${name} is open here.`);
    strictEqual(model.server.requests.length, 2);
  });

  it('says so when the log is gone, and asks nothing', async () => {
    await using model = await useScriptedModel([]);
    const content =
      '# Old?\n\nYes.\n\n---\n\nFathom · m · 1 turn  \nRun log: `/elsewhere/gone-1.jsonl`\n';
    await window.showTextDocument(await openUnsaved(content));
    const shown: string[] = [];
    using _ = replaceInWindow('showWarningMessage', async (message: string) => {
      shown.push(message);
    });
    strictEqual(await followUp('And now?'), undefined);
    await until(() => shown.length > 0, 'a message is shown');
    match(shown[0] ?? '', /log of the run gone-1 is not on this machine/);
    strictEqual(model.server.requests.length, 0);
  });
});
