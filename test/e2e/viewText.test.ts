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
