import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Workbench } from './workbench';

/** Process ids of the extension hosts of a workbench. Linux only: elsewhere there are none to be found. */
async function extensionHosts({ extensionsFolder }: Workbench): Promise<readonly number[]> {
  const home = `XDG_RUNTIME_DIR=${dirname(extensionsFolder)}`;
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = ids.map(async (id) => {
    const read = (file: string) => readFile(join('/proc', id, file), 'utf8').catch(() => '');
    const isHost = (await read('cmdline')).includes('--type=extensionHost');
    return isHost && (await read('environ')).split('\0').includes(home) ? [Number(id)] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Process ids of the engines that these extension hosts started. */
async function enginesOf(hosts: readonly number[]): Promise<readonly number[]> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = ids.map(async (id) => {
    const read = (file: string) => readFile(join('/proc', id, file), 'utf8').catch(() => '');
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(await read('status'))?.[1]);
    return hosts.includes(parent) && (await read('cmdline')).includes('engine.js')
      ? [Number(id)]
      : [];
  });
  return (await Promise.all(found)).flat();
}

/** What processes have in RAM, in bytes; 0 where it can't be told. */
export interface HostMemory {
  readonly extensionHost: number;
  /** Of the engine, which is a process of its own; 0 before it was started. */
  readonly engine: number;
}

/** Memory of the extension hosts of a workbench and of the engines that they started. */
export async function hostMemory(workbench: Workbench): Promise<HostMemory> {
  const hosts = await extensionHosts(workbench);
  return {
    extensionHost: await residentMemory(hosts),
    engine: await residentMemory(await enginesOf(hosts)),
  };
}

async function residentMemory(ids: readonly number[]): Promise<number> {
  const sizes = ids.map(async (id) => {
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * Kills the extension hosts of a workbench as a crash does, and waits until they are gone, and the engines
 * that they had started with them.
 */
export async function killExtensionHosts(workbench: Workbench): Promise<number> {
  const hosts = await extensionHosts(workbench);
  const engines = await enginesOf(hosts);
  for (const id of hosts) process.kill(id, 'SIGKILL');
  const left = async () => {
    const ids = [...hosts, ...engines].map(async (id) => ((await isThere(id)) ? [id] : []));
    return (await Promise.all(ids)).flat();
  };
  while ((await left()).length > 0) await delay(10);
  return hosts.length;
}

/** False also for a process that has ended and that nobody has asked about. */
async function isThere(id: number): Promise<boolean> {
  return (await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')) !== '';
}
