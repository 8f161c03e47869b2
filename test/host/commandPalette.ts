import { errors, type Locator, type Page } from 'playwright-core';

/** How long the extension's commands may take to arrive after the window, in ms. */
const ARRIVAL_LIMIT = 60_000;

/**
 * Runs the command of that title from the palette. What takes the focus late closes the palette before the
 * click; then it is opened again, as a person does.
 */
export async function runFromPalette(page: Page, title: string): Promise<void> {
  const deadline = Date.now() + ARRIVAL_LIMIT;
  for (;;) {
    const row = await findCommand(page, title);
    try {
      await row.click({ timeout: 10_000 });
      return;
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || Date.now() > deadline) throw error;
    }
  }
}

/**
 * Opens the command palette and finds the row of the command of that title, for example
 * `Fathom: Ask about repository`. Throws with the rows that are there when there is none.
 */
export async function findCommand(page: Page, title: string): Promise<Locator> {
  const palette = page.locator('.quick-input-widget');
  const rows = palette.locator('.monaco-list-row');
  const row = rows.filter({ hasText: title }).first();
  const deadline = Date.now() + ARRIVAL_LIMIT;
  for (;;) {
    await page.keyboard.press('F1');
    try {
      // A command that takes the focus late closes the palette again.
      const input = palette.locator('input[type="text"]').first();
      await input.fill(`>${title}`, { timeout: 2_000 });
      await row.waitFor({ timeout: 2_000 });
      return row;
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
      if (Date.now() > deadline) {
        const found = await rows.allTextContents();
        throw new Error(`No command is called "${title}". There is: ${found.join('; ')}`);
      }
    }
    // An open palette does not take up commands that arrive later.
    await page.keyboard.press('Escape');
  }
}
