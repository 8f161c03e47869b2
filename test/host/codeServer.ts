import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, projectFolder } from './folders';
import { installOnce } from './installOnce';
import { runNpm } from './runProgram';

/** VS Code 1.139.1 with a browser as its window. */
const VERSION = '4.139.1';
/** Counted up when what is installed changes, so that older caches are not used. */
const RECIPE = 1;

/**
 * Path of code-server's program, to be run by Node 24. It is VS Code, workbench and extension host, and
 * comes from the npm registry, so it can be had where VS Code itself can't be downloaded. Installed into
 * the cache at first use: about 600 MB, some 15 s with a fast connection.
 */
export async function installedCodeServer(): Promise<string> {
  const target = join(cacheFolder(), `code-server-${VERSION}-${RECIPE}`);
  await installOnce(target, async (folder) => {
    console.error(`Installing code-server ${VERSION} into ${cacheFolder()} (once, 600 MB) ...`);
    await install(folder);
  });
  return join(packageIn(target), 'out', 'node', 'entry.js');
}

function packageIn(folder: string): string {
  return join(folder, 'node_modules', 'code-server');
}

async function install(folder: string): Promise<void> {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await runNpm(['install', `code-server@${VERSION}`, ...quiet], { cwd: folder });

  // Its own postinstall would do this too, but also compile modules that tests don't need.
  const vscode = join(packageIn(folder), 'lib', 'vscode');
  await runNpm(['install', '--omit=dev', ...quiet], { cwd: vscode });
  await replaceNativeModules(join(vscode, 'node_modules', '@vscode'));
}

/** The two native modules that every host loads need a compiler; tests only need what they write. */
async function replaceNativeModules(scope: string): Promise<void> {
  const stand = join(projectFolder, 'test', 'host', 'spdlog.cjs');
  await mkdir(join(scope, 'native-watchdog'), { recursive: true });
  await Promise.all([
    copyFile(stand, join(scope, 'spdlog', 'index.js')),
    // Ends a host whose parent is gone even if it hangs; here ProcessGroup ends it.
    writeFile(join(scope, 'native-watchdog', 'index.js'), 'exports.start = () => {};\n'),
  ]);
}
