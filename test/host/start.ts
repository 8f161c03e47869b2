// `npm start [-- FOLDER]`: VS Code with Fathom in it, on a folder of one's choice. Where there is no VS
// Code that could open a window, the same in the browser. Ends, with all it started, on Ctrl-C.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { startCodeServer } from './codeServerHost';
import { desktopVsCode } from './desktopVsCode';
import { projectFolder, temporaryFolder } from './folders';
import { installedVsCode } from './installedVsCode';
import { ProcessGroup } from './processGroup';

/** Folder to open: the argument, else where npm was called. */
async function folderToOpen(): Promise<string> {
  const here = process.env['INIT_CWD'] ?? process.cwd();
  const folder = resolve(here, process.argv[2] ?? '.');
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Error(`There is no folder ${folder}. Name one: npm start -- FOLDER`);
  return folder;
}

async function openOnDesktop(executable: string, folder: string): Promise<void> {
  await using temporary = await temporaryFolder('start');
  console.log(`Opening ${folder} in ${executable}. Ctrl-C ends it.`);
  await using window = new ProcessGroup(executable, [
    folder,
    '--new-window',
    `--extensionDevelopmentPath=${projectFolder}`,
    `--user-data-dir=${temporary.path}`, // A VS Code of its own, that ends with this one.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ]);
  const ending = await Promise.race([window.ended, interrupted]);
  if (ending !== undefined && ending !== 'exit status 0') {
    throw new Error(`${executable}: ${ending}\n${window.output}`);
  }
}

async function openInBrowser(folder: string): Promise<void> {
  await using temporary = await temporaryFolder('start');
  await using server = await startCodeServer({
    home: temporary.path,
    extensions: [projectFolder],
    // What a person starts has the keys that the person has.
    env: namedEnvironment(['OPENAI_', 'ANTHROPIC_', 'FATHOM_']),
  });
  const address = new URL(server.origin);
  address.searchParams.set('folder', folder);
  console.log(`No VS Code can open a window here. Open this in a browser; Ctrl-C ends it:\n`);
  console.log(`  ${address.href}\n`);
  await Promise.race([server.ended, interrupted]);
}

function namedEnvironment(prefixes: readonly string[]): Record<string, string> {
  const named = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && prefixes.some((prefix) => name.startsWith(prefix))
      ? [[name, value] as const]
      : [],
  );
  return Object.fromEntries(named);
}

/** Resolves when the user has had enough. Listened for from the start, so that all is cleared away. */
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => resolve());
});

try {
  const folder = await folderToOpen();
  const executable =
    (process.env['VSCODE_EXECUTABLE'] || null) ??
    (await installedVsCode()) ??
    (await desktopVsCode());
  await (executable === null ? openInBrowser(folder) : openOnDesktop(executable, folder));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
