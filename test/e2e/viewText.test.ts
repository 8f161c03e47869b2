import { expect, test } from 'vitest';
import { openViewPage } from '../host/viewPage';
import { recordRun } from '../unit/webview/viewRun';

const hostile = [
  '<img src=x onerror="window.harmed = true">',
  '<script>window.harmed = true</script>',
  '[press](command:workbench.action.quit) **bold**',
  '\u001b[2J\u001b]0;title\u0007red',
  '\u202eright to left\u2066',
  'x'.repeat(1_000_000),
  '\ud800 half a character \udc00',
  '🌊'.repeat(10_000),
];

test('no text of a model runs, breaks a row or becomes an element', async () => {
  const { shown, root } = recordRun(hostile.join(' '));
  for (const text of hostile) {
    const call = root.child('subcall', text);
    call.progress({ text });
    call.body('response', text);
    if (text.startsWith('[')) call.end('error', { reason: hostile.join('\n') });
  }
  await using view = await openViewPage({ bodyText: () => hostile.join('\n') });
  view.show(shown);
  const rows = view.page.getByRole('treeitem');
  await expect.poll(() => rows.count()).toBe(hostile.length);
  await rows.first().click();
  await view.page.locator('.code').waitFor();

  const boxes = await rows.evaluateAll((items) =>
    items.map((item) => ({ height: item.clientHeight, width: item.clientWidth })),
  );
  expect(new Set(boxes.map(({ height }) => height))).toEqual(new Set([22]));
  expect(Math.max(...boxes.map(({ width }) => width))).toBeLessThanOrEqual(400);
  const code = await view.page.locator('.code').textContent();
  expect(code).toContain('<script>window.harmed = true</script>');
  expect(code).toContain('⟨ESC⟩[2J');
  expect(code).toContain('⟨U+202E⟩');
  expect(await view.page.evaluate('"harmed" in window')).toBe(false);
  expect(await view.page.locator('img, a, #app script, #app iframe').count()).toBe(0);
  expect(view.errors).toEqual([]);
});

test('a view that was reloaded shows the run as it was looked at', async () => {
  const { shown, root } = recordRun();
  const batch = root.child('batch', '3 sub-calls');
  for (const name of ['one', 'two', 'three']) batch.child('subcall', name);
  await using view = await openViewPage();
  view.show(shown);
  await view.page.getByRole('treeitem', { name: /3 sub-calls/ }).click();
  await view.page.keyboard.press('ArrowRight');
  await view.page.getByRole('treeitem', { name: /two/ }).click();
  await view.page.getByRole('region', { name: 'Details of two' }).waitFor();
  await expect
    .poll(() => view.page.evaluate('JSON.parse(sessionStorage.state).selected'))
    .toBe('n4');
  await view.page.reload();
  await view.page.getByRole('region', { name: 'Details of two' }).waitFor();
  expect(await view.page.getByRole('treeitem').count()).toBe(4);
  expect(view.errors).toEqual([]);
});

test('a turn of several cells is copied and opened as a whole', async () => {
  const { shown, root } = recordRun();
  const turn = root.child('iteration', 'Look twice');
  const cells = ['first()', 'second()'].map((code) => {
    const cell = turn.child('cell', code);
    cell.body('code', code);
    return cell;
  });
  await using view = await openViewPage({ bodyText: ({ node }) => `code of ${node}` });
  view.show(shown);
  await view.page.getByRole('treeitem', { name: /Look twice/ }).click();
  await expect.poll(() => view.page.locator('.code').allTextContents()).toHaveLength(2);
  await view.page.getByRole('button', { name: 'Copy code' }).click();
  await view.page.getByRole('button', { name: 'Open code in an editor' }).click();
  const nodes = cells.map(({ id }) => id);
  await expect.poll(() => view.said).toContainEqual({ type: 'copy-body', nodes, part: 'code' });
  await expect.poll(() => view.said).toContainEqual({ type: 'open-body', nodes, part: 'code' });
});

test('a batch of thousands is one row until it is opened, and comes back open', async () => {
  const { shown, root } = recordRun();
  const batch = root.child('batch', '3000 sub-calls');
  for (let call = 0; call < 3000; call++) batch.child('subcall', `Call ${call}`).end('ok');
  batch.end('ok');
  const sent: number[] = [];
  await using view = await openViewPage({
    onPost: (message) => {
      if (message.type === 'snapshot' || message.type === 'delta') sent.push(message.nodes.length);
    },
  });
  view.show(shown);
  const row = view.page.getByRole('treeitem', { name: /3000 sub-calls/ });
  await row.click();
  expect(sent.filter((nodes) => nodes > 0)).toEqual([2]);
  await view.page.keyboard.press('ArrowRight');
  // What is in it is sent only now.
  await view.page.getByRole('treeitem', { name: /Call 0\b/ }).waitFor();
  await view.page.keyboard.press('End');
  await view.page.getByRole('treeitem', { name: /Call 2999/ }).click();
  await view.page.getByRole('region', { name: 'Details of Call 2999' }).waitFor();
  const top = () => view.page.locator('.tree-scroller').evaluate(({ scrollTop }) => scrollTop);
  const before = await top();
  expect(before).toBeGreaterThan(22 * 2900);
  await view.page.reload();
  await view.page.getByRole('region', { name: 'Details of Call 2999' }).waitFor();
  await expect.poll(top).toBe(before);
  expect(view.errors).toEqual([]);
});
