import { ok, strictEqual } from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { Position, window } from 'vscode';
import { AnswerDocument } from '../../src/editor/answers/answerDocument';
import { closeEverything, until } from './extensionHost';

const heading = '# Where?\n\n';

/** Does what a user does: types at a place. */
async function type(answer: AnswerDocument, offset: number, text: string): Promise<void> {
  const editor = window.visibleTextEditors.find(({ document }) => document === answer.document);
  ok(editor);
  const at = answer.document.positionAt(offset);
  ok(await editor.edit((edit) => edit.insert(at, text)));
}

describe('the document of an answer', () => {
  afterEach(closeEverything);

  it('grows below the heading and ends with the answer', async () => {
    const answer = await AnswerDocument.open('Where?', '> Turn 1 …\n');
    strictEqual(answer.document.getText(), `${heading}> Turn 1 …\n`);
    answer.update('> Turn 2 …\n');
    await until(() => answer.document.getText() === `${heading}> Turn 2 …\n`, 'it is updated');
    strictEqual(await answer.finish('There.\n'), true);
    strictEqual(answer.document.getText(), `${heading}There.\n`);
  });

  it('writes the last of many updates', async () => {
    const answer = await AnswerDocument.open('Where?', '> 0\n');
    for (let i = 1; i <= 50; i++) answer.update(`> ${i}\n`);
    await until(() => answer.document.getText() === `${heading}> 50\n`, 'the last one is there');
    await answer.finish('There.\n');
  });

  it('goes on after an update with what it has', async () => {
    const answer = await AnswerDocument.open('Where?', '> Turn 1 …\n');
    answer.update('> Turn 1 …\n');
    answer.update('> Turn 2 …\n');
    await until(() => answer.document.getText() === `${heading}> Turn 2 …\n`, 'it is updated');
    await answer.finish('There.\n');
  });

  it('leaves what the user writes around it', async () => {
    const answer = await AnswerDocument.open('Where?', '> Turn 1 …\n');
    await type(answer, 0, 'My notes.\n\n');
    await type(answer, answer.document.getText().length, 'And more.\n');
    answer.update('> Turn 2 …\n');
    await until(() => answer.document.getText().includes('Turn 2'), 'it is updated');
    await answer.finish('There.\n');
    strictEqual(answer.document.getText(), `My notes.\n\n${heading}There.\nAnd more.\n`);
  });

  it('takes nothing back that the user wrote inside it, and comes after', async () => {
    const answer = await AnswerDocument.open('Where?', '> Turn 1 …\n');
    await type(answer, heading.length + 6, 'my words ');
    answer.update('> Turn 2 …\n');
    strictEqual(await answer.finish('There.\n'), true);
    const text = answer.document.getText();
    ok(text.startsWith(`${heading}> Turnmy words `), text);
    ok(text.endsWith('\n---\n\nThere.\n'), text);
  });

  it('is not fooled by a copy of its own words', async () => {
    const answer = await AnswerDocument.open('Where?', '> Turn 1 …\n');
    await type(answer, answer.document.getText().length, '> Turn 1 …\n');
    await answer.finish('There.\n');
    strictEqual(answer.document.getText(), `${heading}There.\n> Turn 1 …\n`);
  });

  it('says so when its tab was closed, and opens no other', async () => {
    const answer = await AnswerDocument.open('Where?', '> Turn 1 …\n');
    await closeEverything();
    await until(() => !answer.isOpen, 'the document is closed');
    answer.update('> Turn 2 …\n');
    strictEqual(await answer.finish('There.\n'), false);
    strictEqual(window.tabGroups.all.flatMap(({ tabs }) => tabs).length, 0);
  });

  it('steals neither focus nor scroll position', async () => {
    const answer = await AnswerDocument.open('Where?', '> Turn 1 …\n');
    const other = await AnswerDocument.open('Something else?', '> Turn 1 …\n');
    answer.update('> Turn 2 …\n');
    await answer.finish(`${'A long answer.\n\n'.repeat(200)}`);
    strictEqual(window.activeTextEditor?.document, other.document);
    await answer.reveal();
    strictEqual(window.activeTextEditor?.selection.active.isEqual(new Position(0, 0)), true);
    await other.finish('Done.\n');
  });
});
