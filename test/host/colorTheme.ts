import type { Workbench } from './workbench';

/** A theme of VS Code's own. */
export interface ColorTheme {
  /** As pictures and the class of a webview are named after it. */
  readonly kind: 'light' | 'high-contrast' | 'high-contrast-light' | 'dark';
  /** Without “Default”. */
  readonly name: string;
  /** The class that it gives the window. */
  readonly className: 'vs' | 'vs-dark' | 'hc-black' | 'hc-light';
}

/** One theme of each kind that VS Code knows; the dark one last. */
export const colorThemes = [
  { kind: 'light', name: 'Light Modern', className: 'vs' },
  { kind: 'high-contrast', name: 'Dark High Contrast', className: 'hc-black' },
  { kind: 'high-contrast-light', name: 'Light High Contrast', className: 'hc-light' },
  { kind: 'dark', name: 'Dark Modern', className: 'vs-dark' },
] as const satisfies readonly ColorTheme[];

/** Chooses a color theme as a person does, and waits until the window has it. */
export async function chooseColorTheme(
  { page, runCommand }: Workbench,
  { name, className }: ColorTheme,
): Promise<void> {
  await runCommand('Preferences: Color Theme');
  const picker = page.locator('.quick-input-widget');
  await picker.locator('.monaco-list-row', { hasText: 'Dark Modern' }).first().waitFor();
  await picker.locator('input[type="text"]').first().fill(name);
  await picker.locator('.monaco-list-row', { hasText: name }).first().click();
  await picker.waitFor({ state: 'hidden' });
  await page.locator(`.monaco-workbench.${className}`).waitFor();
}
