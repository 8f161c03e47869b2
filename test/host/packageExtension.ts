// `npm run package`: a production build, packed into fathom-TARGET-VERSION.vsix for this platform.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import * as z from 'zod';
import { projectFolder } from './folders';

const manifest = z.object({ name: z.string(), version: z.string() });

/** The marketplace's name of this platform, for example `linux-x64`. */
export function targetOfThisMachine(): string {
  return `${process.platform}-${process.arch === 'arm' ? 'armhf' : process.arch}`;
}

/** Builds for production and packs what `.vscodeignore` lets through into `folder`; returns the file. */
export async function packageExtension(folder: string): Promise<string> {
  const text = await readFile(join(projectFolder, 'package.json'), 'utf8');
  const { name, version } = manifest.parse(JSON.parse(text));
  const target = targetOfThisMachine();
  const packagePath = join(folder, `${name}-${target}-${version}.vsix`);
  await createVSIX({
    cwd: projectFolder,
    packagePath,
    target,
    dependencies: false, // They are in the bundles.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}

if (import.meta.main) {
  const path = await packageExtension(projectFolder);
  const { size } = await stat(path);
  console.log(`${path}: ${(size / 1_000_000).toFixed(1)} MB`);
}
