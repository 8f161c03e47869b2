import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { installDebianPackages } from './debianPackages';

/** Names that Chromium and its relatives go by on the PATH. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * Path of a Chromium that tests can drive: `CHROMIUM_EXECUTABLE`, one on the PATH, or the one that
 * Playwright manages. Where there is none it is installed (Debian, as root), with a font to draw with.
 * Throws with what to do otherwise.
 */
export async function installedChromium(): Promise<string> {
  const named = process.env['CHROMIUM_EXECUTABLE'];
  if (named !== undefined) {
    if (await isExecutable(named)) return named;
    throw new Error(`CHROMIUM_EXECUTABLE names ${named}, which is not an executable file.`);
  }
  const found = await findChromium();
  if (found !== undefined) return found;
  await installDebianPackages(
    ['chromium', 'fonts-dejavu-core'],
    'Chromium, the window of the tests',
  );
  const installed = await findChromium();
  if (installed !== undefined) return installed;
  throw new Error(
    'No Chromium was found, even after installing it. Set CHROMIUM_EXECUTABLE to one.',
  );
}

async function findChromium(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const path of [...candidates, MAC_CHROME, chromium.executablePath()]) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
