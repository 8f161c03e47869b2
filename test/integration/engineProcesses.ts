import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Process ids of the engines that this extension host started. On Linux only. */
export async function engines(): Promise<readonly number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = ids.map(async (id) => {
    const read = (file: string) => readFile(join('/proc', id, file), 'utf8').catch(() => '');
    const isEngine = /engine\.js/.test(await read('cmdline'));
    const parent = /^PPid:\s+(\d+)$/m.exec(await read('status'))?.[1];
    return isEngine && parent === String(process.pid) ? [Number(id)] : [];
  });
  return (await Promise.all(found)).flat();
}
