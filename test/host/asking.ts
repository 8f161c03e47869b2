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
