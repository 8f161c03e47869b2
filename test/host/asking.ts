import type { Page } from 'playwright-core';
import type { Workbench } from './workbench';

/** Asks a question as a person does: F1, the command, the question, Enter. */
export async function askInWorkbench(workbench: Workbench, question: string): Promise<void> {
  await workbench.runCommand('Fathom: Ask about repository');
  const box = workbench.page.locator('.quick-input-widget input[type="text"]').first();
  await workbench.page.locator('.quick-input-title', { hasText: 'Ask about' }).waitFor();
  await box.fill(question);
  await workbench.page.keyboard.press('Enter');
}

/** The text of the active editor as far as the window shows it, line by line. */
export async function visibleText(page: Page): Promise<string> {
  const lines = page.locator('.editor-group-container.active .monaco-editor .view-line');
  const placed = await lines.evaluateAll((elements) =>
    elements.map((element) => ({
      // The editor draws lines in any order; their place says which comes first.
      top: element.getBoundingClientRect().top,
      text: (element.textContent ?? '').replaceAll('\u00a0', ' '),
    })),
  );
  return placed
    .sort((a, b) => a.top - b.top)
    .map(({ text }) => text)
    .join('\n');
}

/** The same at the end of the text, where that is by now. */
export async function endOfText(page: Page): Promise<string> {
  await page.keyboard.press('ControlOrMeta+End');
  return visibleText(page);
}

/** Asks a question of a scripted model server that the settings name, and goes on without a key. */
export async function askServer(workbench: Workbench, question: string): Promise<void> {
  const { page } = workbench;
  // An editor shows the beginning of an unsaved text as its name.
  const begun = page.locator('.tabs-container .tab', { hasText: `# ${question.slice(0, 30)}` });
  const without = page.locator('.quick-input-list .monaco-list-row', {
    hasText: 'Go on without a key',
  });
  await askInWorkbench(workbench, question);
  await begun.or(without).first().waitFor();
  if (await without.isVisible()) await without.click();
  await begun.first().waitFor();
}
