import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from '../host/folders';

/** Packages that come to some 77,000 files and 480 MB together, of all sizes from icons to bundles. */
const packages = [
  '@fortawesome/fontawesome-free@7.3.1',
  '@fortawesome/free-solid-svg-icons@7.3.1',
  '@mui/icons-material@9.5.0',
  '@mui/material@9.5.0',
  'aws-sdk@2.1693.0',
  'core-js@3.51.0',
  'date-fns@4.4.0',
  'googleapis@188.0.0',
  'lodash@4.18.1',
  'rxjs@7.8.2',
  'typescript@7.0.2',
];

/**
 * The folder that the benchmarks search: `FATHOM_CORPUS` when it is set, else npm packages that are
 * installed once into the folder for downloads.
 */
export async function corpusFolder(signal: AbortSignal): Promise<string> {
  const given = process.env['FATHOM_CORPUS'];
  if (given !== undefined) return given;
  const folder = join(cacheFolder(), 'corpus');
  const done = join(folder, 'complete');
  // A repository of its own: the folder around it ignores downloads and node_modules.
  await mkdir(join(folder, '.git'), { recursive: true });
  if ((await stat(done).catch(() => null)) !== null) return folder;
  await writeFile(join(folder, 'package.json'), '{ "name": "corpus", "private": true }\n');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps'];
  await execa('npm', ['install', ...options, ...packages], { cwd: folder, cancelSignal: signal });
  await writeFile(done, '');
  return folder;
}
