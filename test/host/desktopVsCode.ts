import { downloadAndUnzipVSCode } from '@vscode/test-electron';

/**
 * A desktop VS Code that can run here: the one that `VSCODE_EXECUTABLE` names, else a downloaded one.
 * Null where it could not open a window or can't be downloaded; then code-server is the way.
 */
export async function desktopVsCode(): Promise<string | null> {
  const named = process.env['VSCODE_EXECUTABLE'];
  if (named !== undefined && named !== '') return named;
  if (!hasDisplay() || !(await canDownload())) return null;
  return await downloadAndUnzipVSCode('stable');
}

function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

async function canDownload(): Promise<boolean> {
  try {
    const releases = 'https://update.code.visualstudio.com/api/releases/stable';
    return (await fetch(releases, { signal: AbortSignal.timeout(10_000) })).ok;
  } catch {
    return false;
  }
}
