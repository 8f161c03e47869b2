import { access, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

/** Where the program itself is, as seen from the folder of its `code` command, on each platform. */
const programs = {
  darwin: ['../../../MacOS/Electron', '../../../MacOS/Code'],
  linux: ['../code'],
  win32: ['../Code.exe'],
};

/**
 * The VS Code whose `code` command is on the PATH, or null. It is the program itself, not the command: the
 * command hands the window to another process and ends, so that nothing could end the window.
 */
export async function installedVsCode(): Promise<string | null> {
  const { platform } = process;
  if (platform !== 'darwin' && platform !== 'linux' && platform !== 'win32') return null;
  const command = platform === 'win32' ? 'code.cmd' : 'code';
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = await realpath(join(folder, command)).catch(() => null);
    if (found === null) continue;
    for (const program of programs[platform]) {
      const path = join(dirname(found), program);
      if (await exists(path)) return path;
    }
  }
  return null;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
