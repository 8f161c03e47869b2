import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { testResultsFolder } from './testCounts';
import type { Workbench } from './workbench';

/**
 * Does something in a workbench. If that fails, what the window shows and what the host logged is kept in
 * `test-results/`, as `NAME.png` and `NAME.log`, and the error says so, and in words what was to be seen.
 */
export async function withEvidence<T>(
  workbench: Workbench,
  name: string,
  action: (workbench: Workbench) => Promise<T>,
): Promise<T> {
  try {
    return await action(workbench);
  } catch (error) {
    await mkdir(testResultsFolder, { recursive: true });
    const evidence = join(testResultsFolder, name);
    await workbench.page.screenshot({ path: `${evidence}.png` }).catch(() => {});
    const shown = await shownWords(workbench.page).catch(String);
    await writeFile(`${evidence}.log`, await workbench.logs());
    const message = error instanceof Error ? error.message : String(error);
    const text = `${message}\n${shown}\nSee ${evidence}.png and ${evidence}.log`;
    throw new Error(text, { cause: error });
  }
}

/** What a window shows around its editors: where only the output of a run can be had, it has to do. */
async function shownWords(page: Page): Promise<string> {
  const parts = [
    ['tabs', '.tabs-container .tab .label-name'],
    ['in front', '.tabs-container .tab.active .label-name'],
    ['status bar', '.statusbar-item:not(.right) .statusbar-item-label'],
    ['notifications', '.notification-list-item-message'],
    ['quick pick', '.quick-input-widget:visible .monaco-list-row'],
    ['dialog', '.monaco-dialog-box .dialog-message-text'],
  ] as const;
  const lines = parts.map(async ([label, selector]) => {
    const texts = await page.locator(selector).allTextContents();
    const words = texts.map((text) => text.trim()).filter((text) => text !== '');
    return words.length === 0 ? [] : [`${label}: ${words.join(' | ')}`];
  });
  return ['The window showed', ...(await Promise.all(lines)).flat()].join('\n  ');
}
